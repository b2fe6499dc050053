package report

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	svg "github.com/ajstarks/svgo/float"
)

// scatter is a plot of dots, and of a straight line through them.
type scatter struct {
	title, xLabel, yLabel string
	dots                  []point
	line                  [2]point
	least                 float64 // that the picture is to span upwards
}

type point struct{ x, y float64 }

// The measures of a plot, in points of 1/72 inch: 18 by 9 cm.
const (
	plotWidth, plotHeight = 510, 255
	plotText, tickText    = 10, 8.5 // sizes of letters
	digitWidth            = 0.64    // of a wide font, for letters of size 1
)

// svg draws the plot. svgo escapes what is text; all else that it is given is numbers and constants.
func (s scatter) svg() []byte {
	var xs, ys []float64
	for _, d := range slices.Concat(s.dots, s.line[:]) {
		xs, ys = append(xs, d.x), append(ys, d.y)
	}
	x, y := newAxis(xs), newAxis(ys)
	x.spread(2)
	y.spread(s.least)

	wide := func(v float64) float64 { return float64(len(tickLabel(v))) * tickText * digitWidth }
	// Half of the last number on the x axis may stand beyond the frame.
	left, right := 30+max(wide(y.low), wide(y.high)), plotWidth-max(12, wide(x.high)/2+2)
	const top, bottom, inside = 28.0, plotHeight - 42.0, 5.0
	x.from, x.to = left+inside, right-inside
	y.from, y.to = bottom-inside, top+inside

	var b bytes.Buffer
	p := svg.New(&b)
	p.StartviewUnit(18, 9, "cm", 0, 0, plotWidth, plotHeight)
	p.Title(s.title)
	p.Rect(0, 0, plotWidth, plotHeight, "fill:white")
	p.Gstyle("font-family:sans-serif;text-anchor:middle")
	text := func(x, y float64, text, attributes string) {
		// A text that is too long for the picture is in smaller letters: a reader can zoom in.
		size := min(plotText, plotWidth/digitWidth/float64(utf8.RuneCountInString(text)))
		p.Text(x, y, text, fmt.Sprintf("font-size:%.2fpx", size), attributes)
	}
	text(plotWidth/2, 18, s.title, `class="title"`)
	text((left+right)/2, plotHeight-9, s.xLabel, `class="x"`)
	text(0, 0, s.yLabel, fmt.Sprintf(`class="y" transform="translate(16 %.2f) rotate(-90)"`, (top+bottom)/2))
	p.Gend()

	p.Group(`class="x"`, fmt.Sprintf("font-family:sans-serif;font-size:%.1fpx;text-anchor:middle;stroke-width:0.5", tickText))
	for _, v := range x.ticks(wide(x.high) + 14) {
		p.Line(x.at(v), top, x.at(v), bottom, "stroke:#ccc")
		p.Text(x.at(v), bottom+12, tickLabel(v))
	}
	p.Gend()
	p.Group(`class="y"`, fmt.Sprintf("font-family:sans-serif;font-size:%.1fpx;text-anchor:end;stroke-width:0.5", tickText))
	for _, v := range y.ticks(25) {
		p.Line(left, y.at(v), right, y.at(v), "stroke:#ccc")
		p.Text(left-4, y.at(v), tickLabel(v), `dy="0.35em"`)
	}
	p.Gend()

	p.Rect(left, top, right-left, bottom-top, "fill:none;stroke:#888;stroke-width:0.5")
	p.Gstyle("fill:#1f5fa8")
	for _, d := range s.dots {
		p.Circle(x.at(d.x), y.at(d.y), 1.5)
	}
	p.Gend()
	p.Line(x.at(s.line[0].x), y.at(s.line[0].y), x.at(s.line[1].x), y.at(s.line[1].y), "stroke:#c0392b;stroke-dasharray:4 3")
	p.End()
	return b.Bytes()
}
