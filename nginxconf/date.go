package nginxconf

import (
	"fmt"
	"strconv"
	"time"
)

var touchDate = expression(`^(\d\d|\d{4})?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$`)

// ParseDate reads a time in GMT as `touch -t` takes it, [[CC]YY]MMDDhhmm[.ss]. Without a year it is the year of now;
// a year of two digits is 1969 to 2068. A leap second (60) is the second after it.
func ParseDate(text string, now time.Time) (time.Time, error) {
	m := touchDate().FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, fmt.Errorf("%q is no date: want [[CC]YY]MMDDhhmm[.ss]", text)
	}
	var n [7]int
	for i := 1; i < len(m); i++ {
		n[i], _ = strconv.Atoi(m[i]) // digits, or nothing
	}
	year := n[1]
	switch {
	case m[1] == "":
		year = now.UTC().Year()
	case len(m[1]) == 2 && year >= 69:
		year += 1900
	case len(m[1]) == 2:
		year += 2000
	}
	if n[6] > 60 {
		return time.Time{}, fmt.Errorf("%q is no date: it has %d seconds", text, n[6])
	}
	date := time.Date(year, time.Month(n[2]), n[3], n[4], n[5], 0, 0, time.UTC)
	if date.Month() != time.Month(n[2]) || date.Hour() != n[4] || date.Minute() != n[5] {
		return time.Time{}, fmt.Errorf("%q is no date: there is no such day or time", text)
	}
	return date.Add(time.Duration(n[6]) * time.Second), nil
}
