package load

import (
	"fmt"
	"slices"
)

// Samples are looks at the memory of a server under load, at equal distances in time.
type Samples struct {
	Resident []int // KB
	Answered []int // how many requests had been answered by then
}

// Add notes a look.
func (s *Samples) Add(resident, answered int) {
	s.Resident = append(s.Resident, resident)
	s.Answered = append(s.Answered, answered)
}

// Growth is what samples tell.
type Growth int

// What samples tell.
const (
	Steady  Growth = iota // memory does not grow
	Levels                // it grew, but no more towards the end: a cache that is full by now, or a leak that goes in steps
	Growing               // it grows as long as it is looked at
)

// String is the word for it in reports.
func (g Growth) String() string { return []string{"steady", "levels", "growing"}[g] }

// Limit is the slope, in KB for each sample, that counts as growth: Test::Nginx's manual says that a leak is far above 1.
const Limit = 1.0

// Growth judges the samples. Memory grows if the line through all of them rises by more than Limit with each, if the line
// through their second half alone does so by half of that at least, and if all of the last quarter is above all of the first.
// The last sets aside what goes up and down, as garbage does.
func (s Samples) Growth() Growth {
	k, ok := Slope(s.Resident)
	quarter := len(s.Resident) / 4
	if !ok || k <= Limit || quarter == 0 {
		return Steady
	}
	n := len(s.Resident)
	if slices.Min(s.Resident[n-quarter:]) <= slices.Max(s.Resident[:quarter]) {
		return Steady
	}
	if late, _ := Slope(s.Resident[n/2:]); late <= Limit/2 {
		return Levels
	}
	return Growing
}

// BytesPerRequest is the slope over the requests that were answered instead of over the samples. It is 0 where nothing was.
func (s Samples) BytesPerRequest() float64 {
	k, ok := regress(s.Answered, s.Resident)
	if !ok {
		return 0
	}
	return k * 1024
}

// Slope is the slope of the straight line that fits values best, by least squares; their places are the abscissa. ok is false where
// there are fewer than two values.
func Slope(values []int) (k float64, ok bool) {
	places := make([]int, len(values))
	for i := range places {
		places[i] = i
	}
	return regress(places, values)
}

func regress(xs, ys []int) (k float64, ok bool) {
	n := float64(len(xs))
	var sumX, sumY float64
	for i := range xs {
		sumX += float64(xs[i])
		sumY += float64(ys[i])
	}
	var above, below float64
	for i := range xs {
		dx := float64(xs[i]) - sumX/n
		above += dx * (float64(ys[i]) - sumY/n)
		below += dx * dx
	}
	if n == 0 || below == 0 {
		return 0, false
	}
	return above / below, true
}

// K is the slope as Test::Nginx prints it behind "LeakTest: k=".
func (s Samples) K() string {
	k, ok := Slope(s.Resident)
	switch {
	case len(s.Resident) == 0:
		return "N/A"
	case !ok:
		return "Inf"
	}
	return fmt.Sprintf("%.1f", k)
}
