package report

import (
	"fmt"

	"github.com/ngxtest/ngxtest/valgrind"
)

// chart draws bytes as bars: for each request of a block how many it leaves behind, or how many there were after so many
// requests. All lengths are in pixels.
type chart struct {
	Title         string
	Width, Height int
	Bars          []bar
}

type bar struct {
	X, Y, Width, Height int
	Middle, Above, Foot int
	Value, Label        string
	Grown               bool
}

// The measures of a chart.
const (
	barWidth, barGap    = 44, 14
	barMost             = 64 // height of the greatest value
	aboveBars, footBars = 16, 16
)

// charts are what a finding of one block grew by: over the requests, and by request where there are several.
func (f Finding) charts() []chart {
	var all []chart
	if len(f.Steps) > 0 {
		values, labels := []int64{0}, []string{"0"}
		requests, bytes := 0, int64(0)
		for _, s := range f.Steps {
			requests, bytes = requests+s.Requests, bytes+s.Bytes
			values, labels = append(values, bytes), append(labels, fmt.Sprint(requests))
		}
		all = append(all, draw("bytes more after so many requests", values, labels))
	}
	if len(f.Alone) > 0 {
		var values []int64
		var labels []string
		for i, s := range f.Alone {
			values, labels = append(values, perRequest(s)), append(labels, fmt.Sprint("#", i+1))
		}
		all = append(all, draw("bytes more with each request", values, labels))
	}
	return all
}

func perRequest(c valgrind.Change) int64 {
	if c.Requests == 0 {
		return c.Bytes
	}
	return c.Bytes / int64(c.Requests)
}

func draw(title string, values []int64, labels []string) chart {
	most := int64(1)
	for _, v := range values {
		most = max(most, v)
	}
	c := chart{Title: title, Width: len(values)*(barWidth+barGap) + barGap, Height: aboveBars + barMost + footBars}
	for i, v := range values {
		height := int(max(v, 0) * barMost / most)
		b := bar{
			X: barGap + i*(barWidth+barGap), Width: barWidth, Height: max(height, 1), Value: bytesShort(v), Label: labels[i], Grown: v > 0,
		}
		b.Y = aboveBars + barMost - b.Height
		b.Middle, b.Above, b.Foot = b.X+barWidth/2, b.Y-4, c.Height-3
		c.Bars = append(c.Bars, b)
	}
	return c
}

// bytesShort is a number of bytes in few characters.
func bytesShort(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprint(n)
}
