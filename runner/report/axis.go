package report

import (
	"math"
	"slices"
	"strings"
)

// axis is one direction of a plot: which values there are, and where they are in the picture.
type axis struct {
	low, high float64
	from, to  float64 // where low and high are
}

// newAxis returns an axis that has all of the values.
func newAxis(values []float64) axis { return axis{low: slices.Min(values), high: slices.Max(values)} }

// spread makes an axis that is shorter than least that long, with what it had in its middle. As no number of requests or bytes is
// below zero, neither is what is added.
func (a *axis) spread(least float64) {
	if least > a.high-a.low {
		a.low = min(a.low, max((a.low+a.high-least)/2, 0))
		a.high = a.low + least
	}
}

// at is where a value is in the picture.
func (a axis) at(v float64) float64 { return a.from + (v-a.low)/(a.high-a.low)*(a.to-a.from) }

// ticks are round numbers of the axis at equal distances of 1, 2 or 5 times a power of ten: no more than one for each room of the
// picture's length, so that what is written at them has its place.
func (a axis) ticks(room float64) []float64 {
	most := math.Abs(a.to-a.from) / room
	step := 1.0
	for i := 0; (a.high-a.low)/step > most; i++ {
		step *= [...]float64{2, 2.5, 2}[i%3]
	}
	var all []float64
	first := math.Ceil(a.low / step)
	for i := range int(math.Floor(a.high/step)-first) + 1 {
		all = append(all, (first+float64(i))*step)
	}
	return all
}

// tickLabel is a round number as count writes it, which has no form for a number alone: 1,250,000.
func tickLabel(v float64) string {
	label, _, _ := strings.Cut(count(int64(v), ""), " ")
	return label
}
