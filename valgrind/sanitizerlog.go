package valgrind

import (
	"os"
	"strings"
)

// SanitizerLog follows the log that a sanitizer writes for one process, while it is written.
type SanitizerLog struct {
	File string
	// Mixed says that others write to the file, too: it has no Words.
	Mixed bool

	read int64
	said bool // it has had records
}

// SanitizerNews is what a log says anew.
type SanitizerNews struct {
	Errors []Record
	// Leaks are those of the last report of LeakSanitizer's, all that the process has lost until then; nil when there is
	// no report.
	Leaks []Record
	// Words are what the sanitizer has to say and is no record, when that is all that the log has: why the process could
	// not start, or could not be looked at. Only from an ended process.
	Words string
}

var (
	leakReport = expression(`(?m)^==\d+==\s*ERROR: LeakSanitizer: detected memory leaks`)
	reportEnd  = expression(`(?m)^SUMMARY: .*\n`)
)

// Poll reads what is new. A report that is not written to its end is left for the next call, unless the process has ended.
func (l *SanitizerLog) Poll(ended bool) (SanitizerNews, error) {
	text, err := os.ReadFile(l.File)
	if err != nil {
		return SanitizerNews{}, err
	}
	fresh := string(text[min(int64(len(text)), l.read):])
	if !ended {
		whole, end := strings.LastIndexByte(fresh, '\n')+1, 0
		if ends := reportEnd().FindAllStringIndex(fresh, -1); ends != nil {
			end = ends[len(ends)-1][1]
		}
		if strings.Contains(fresh[end:], "ERROR: ") {
			whole = end
		}
		fresh = fresh[:whole]
	}
	l.read += int64(len(fresh))
	var news SanitizerNews
	pid := SanitizerPID(l.File)
	reports := leakReport().FindAllStringIndex(fresh, -1)
	for i, part := range cutAt(fresh, reports) {
		records := ParseSanitizer(part, pid)
		if i == 0 {
			news.Errors = append(news.Errors, records...)
			continue
		}
		news.Leaks = []Record{}
		for _, r := range records {
			if r.Kind.IsLoss() {
				news.Leaks = append(news.Leaks, r)
			} else {
				news.Errors = append(news.Errors, r)
			}
		}
	}
	l.said = l.said || len(news.Errors)+len(news.Leaks) > 0
	if ended && !l.said && !l.Mixed {
		news.Words = strings.TrimSpace(fresh)
	}
	return news, nil
}

// cutAt cuts the text before each of the places.
func cutAt(text string, places [][]int) []string {
	var parts []string
	from := 0
	for _, p := range places {
		parts = append(parts, text[from:p[0]])
		from = p[0]
	}
	return append(parts, text[from:])
}
