package report

import (
	"encoding/xml"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestPlots(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	p := NewPlots(dir)
	load := func(file string, line int, m *LoadMemory) {
		p.Handle(Event{Kind: Loaded, File: file, Place: &Place{Block: "TEST 1: <a&b> \xff", Line: line}, Load: &Load{Memory: m}})
	}
	load("t/sub/a.t", 7, &LoadMemory{Resident: []int{10, 20, 40}, Answered: []int{1, 2, 3}, Slope: "15.0", PerRequest: 15360, Verdict: "growing"})
	load("../b.t", 8, &LoadMemory{Resident: []int{10}, Answered: []int{0}, Slope: "Inf"})
	load("t/none.t", 9, &LoadMemory{Slope: "N/A"})
	load("t/benchmark.t", 10, nil)
	p.Handle(Event{Kind: BlockStart, File: "t/a.t", Place: &Place{Line: 1}})
	if err := p.Err(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != ".._b.t-8.svg" || filepath.Base(files[1]) != "t_sub_a.t-7.svg" {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[1])
	if err != nil {
		t.Fatal(err)
	}
	if bad := []string{"<a", "&b", "\xff"}; slices.ContainsFunc(bad, func(s string) bool { return strings.Contains(string(text), s) }) {
		t.Errorf("not escaped:\n%s", text)
	}
	got := readPlot(t, text)
	if got.width != "18.00cm" || got.height != "9.00cm" {
		t.Errorf("the size is %s by %s", got.width, got.height)
	}
	want := map[string]string{
		"title": `t/sub/a.t:7 TEST 1: <a&b> \xFF`,
		"x":     "requests answered (k=15.0, 15360.0 bytes with each request: growing)",
		"y":     "resident memory, KB",
	}
	for class, label := range want {
		if got.labels[class] != label {
			t.Errorf("%s: got %q, want %q", class, got.labels[class], label)
		}
	}
}

func TestPlotsThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewPlots(file)
	p.Handle(Event{Kind: Loaded, File: "t/a.t", Place: &Place{}, Load: &Load{Memory: &LoadMemory{Resident: []int{1}, Answered: []int{1}}}})
	if p.Err() == nil {
		t.Error("no error")
	}
}

// What a plot shows is read as a person reads it: by the numbers at its axes.
func TestWhatPlotsShow(t *testing.T) {
	rising := func(n, first, step int) (all []int) {
		for i := range n {
			all = append(all, first+i*step)
		}
		return all
	}
	for name, c := range map[string]struct {
		answered, resident []int
		perRequest         float64
		line               [2]float64 // KB at the first and the last sample
		span               float64    // KB from the bottom to the top, at least
	}{
		"one sample":           {[]int{1500}, []int{8220}, 0, [2]float64{8220, 8220}, 256},
		"one before any":       {[]int{0}, []int{10}, 0, [2]float64{10, 10}, 256},
		"two samples":          {[]int{1, 2}, []int{8220, 8260}, 40960, [2]float64{8220, 8260}, 256},
		"all are equal":        {rising(100, 3000, 150), rising(100, 8220, 0), 0, [2]float64{8220, 8220}, 256},
		"none answered":        {rising(3, 0, 0), rising(3, 8220, 0), 0, [2]float64{8220, 8220}, 256},
		"up and down":          {[]int{10, 20, 30, 40}, []int{8220, 8250, 8210, 8240}, 0, [2]float64{8230, 8230}, 256},
		"it shrinks":           {[]int{10, 20, 30}, []int{3000, 2000, 1000}, -102400, [2]float64{3000, 1000}, 2000},
		"steep":                {rising(100, 51200, 1000), rising(100, 9000, 1500), 1536, [2]float64{9000, 157500}, 148500},
		"a line beyond dots":   {[]int{0, 10}, []int{1000, 1000}, 1024 * 200, [2]float64{0, 2000}, 2000},
		"a line below zero":    {[]int{0, 10}, []int{5, 5}, 1024 * 8, [2]float64{-35, 45}, 256},
		"a thousand samples":   {rising(1000, 1e6, 123456), rising(1000, 18220, 1), 0, [2]float64{18719.5, 18719.5}, 999},
		"millions of millions": {rising(100, 1234567890123, 12345678901), rising(100, 12345678, 123456), 0, [2]float64{18456750, 18456750}, 12222144},
	} {
		t.Run(name, func(t *testing.T) {
			m := &LoadMemory{Resident: c.resident, Answered: c.answered, PerRequest: c.perRequest}
			p := readPlot(t, memoryPlot(Event{File: "t/a.t", Place: &Place{}, Load: &Load{Memory: m}}).svg())
			if len(p.dots) != len(c.resident) {
				t.Fatalf("%d dots for %d samples", len(p.dots), len(c.resident))
			}
			p.checkTicks(t)
			x, y := newScale(t, p.ticks["x"]), newScale(t, p.ticks["y"])
			for i, d := range p.dots {
				if !x.shows(d.x, float64(c.answered[i])) || !y.shows(d.y, float64(c.resident[i])) {
					t.Fatalf("sample %d: got %v, %v, want %d, %d", i, x.value(d.x), y.value(d.y), c.answered[i], c.resident[i])
				}
			}
			for i, sample := range []int{0, len(c.answered) - 1} {
				if end := p.line[i]; !x.shows(end.x, float64(c.answered[sample])) || !y.shows(end.y, c.line[i]) {
					t.Errorf("end %d of the line: got %v, %v, want %d, %v", i, x.value(end.x), y.value(end.y), c.answered[sample], c.line[i])
				}
			}
			// Nothing but a line has anything to show below zero.
			if x.first.value < 0 || y.first.value < min(0, c.line[0], c.line[1]) {
				t.Errorf("the axes begin at %s and %s", x.first.label, y.first.label)
			}
			f := p.frame
			if span := y.value(f.top) - y.value(f.bottom); span < c.span || span > max(c.span, 256)*1.1 {
				t.Errorf("the picture spans %v KB, want %v", span, c.span)
			}
			for _, d := range append(p.dots, p.line[:]...) {
				if d.x < f.left || d.x > f.right || d.y < f.top || d.y > f.bottom {
					t.Errorf("%v is outside of %v", d, f)
				}
			}
		})
	}
}

// plotRead is what there is in a picture, by its place there.
type plotRead struct {
	width, height string
	labels        map[string]string // by their class
	ticks         map[string][]tick // by their axis
	dots          []point
	line          [2]point
	frame         struct{ left, right, top, bottom float64 }
}

type tick struct {
	value, at float64
	label     string
}

func readPlot(t *testing.T, text []byte) plotRead {
	t.Helper()
	type line struct {
		X1    float64 `xml:"x1,attr"`
		Y1    float64 `xml:"y1,attr"`
		X2    float64 `xml:"x2,attr"`
		Y2    float64 `xml:"y2,attr"`
		Style string  `xml:"style,attr"`
	}
	var svg struct {
		Width  string `xml:"width,attr"`
		Height string `xml:"height,attr"`
		Rects  []struct {
			X      float64 `xml:"x,attr"`
			Y      float64 `xml:"y,attr"`
			Width  float64 `xml:"width,attr"`
			Height float64 `xml:"height,attr"`
		} `xml:"rect"`
		Groups []struct {
			Class string `xml:"class,attr"`
			Texts []struct {
				Class string  `xml:"class,attr"`
				X     float64 `xml:"x,attr"`
				Y     float64 `xml:"y,attr"`
				Text  string  `xml:",chardata"`
			} `xml:"text"`
			Lines   []line `xml:"line"`
			Circles []struct {
				X float64 `xml:"cx,attr"`
				Y float64 `xml:"cy,attr"`
			} `xml:"circle"`
		} `xml:"g"`
		Lines []line `xml:"line"`
	}
	if err := xml.Unmarshal(text, &svg); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	p := plotRead{width: svg.Width, height: svg.Height, labels: map[string]string{}, ticks: map[string][]tick{}}
	for _, g := range svg.Groups {
		if g.Class != "" && len(g.Lines) != len(g.Texts) {
			t.Fatalf("%s: %d lines of the grid, %d numbers", g.Class, len(g.Lines), len(g.Texts))
		}
		for i, text := range g.Texts {
			if g.Class == "" {
				p.labels[text.Class] = text.Text
				continue
			}
			v, err := strconv.ParseFloat(strings.ReplaceAll(text.Text, ",", ""), 64)
			if err != nil {
				t.Error(err)
			}
			at, grid := text.X, [2]float64{g.Lines[i].X1, g.Lines[i].X2}
			if g.Class == "y" {
				at, grid = text.Y, [2]float64{g.Lines[i].Y1, g.Lines[i].Y2}
			}
			if grid != [2]float64{at, at} {
				t.Errorf("%s is at %v, its line at %v", text.Text, at, grid)
			}
			p.ticks[g.Class] = append(p.ticks[g.Class], tick{v, at, text.Text})
		}
		for _, c := range g.Circles {
			p.dots = append(p.dots, point{c.X, c.Y})
		}
	}
	if len(svg.Lines) != 1 || !strings.Contains(svg.Lines[0].Style, "stroke-dasharray") || len(svg.Rects) != 2 {
		t.Fatalf("no dashed line, or no frame:\n%s", text)
	}
	l, r := svg.Lines[0], svg.Rects[1]
	p.line = [2]point{{l.X1, l.Y1}, {l.X2, l.Y2}}
	p.frame.left, p.frame.right, p.frame.top, p.frame.bottom = r.X, r.X+r.Width, r.Y, r.Y+r.Height
	return p
}

// checkTicks complains about numbers that are not round, and such as run into one another.
func (p plotRead) checkTicks(t *testing.T) {
	t.Helper()
	for class, all := range p.ticks {
		for i, tick := range all {
			if i == 0 {
				continue
			}
			before := all[i-1]
			step := strings.TrimRight(strconv.FormatFloat(tick.value-before.value, 'f', -1, 64), "0")
			if step != "1" && step != "2" && step != "5" {
				t.Errorf("%s: from %s to %s", class, before.label, tick.label)
			}
			room := 12.0 // of a line of text
			if class == "x" {
				room = float64(len(tick.label)+len(before.label))/2*tickText*digitWidth + 4
			}
			if math.Abs(tick.at-before.at) < room {
				t.Errorf("%s: %s and %s overlap", class, before.label, tick.label)
			}
		}
	}
}

// scale is what the numbers at an axis tell of the places in between.
type scale struct{ first, last tick }

func newScale(t *testing.T, ticks []tick) scale {
	t.Helper()
	if len(ticks) < 2 {
		t.Fatalf("numbers at an axis: %v", ticks)
	}
	return scale{ticks[0], ticks[len(ticks)-1]}
}

func (s scale) perPoint() float64 { return (s.last.value - s.first.value) / (s.last.at - s.first.at) }

func (s scale) value(at float64) float64 { return s.first.value + (at-s.first.at)*s.perPoint() }

// shows reports whether a place stands for a value, as near as two decimals tell.
func (s scale) shows(at, value float64) bool {
	return math.Abs(s.value(at)-value) < 0.05*math.Abs(s.perPoint())
}
