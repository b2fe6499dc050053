package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Plots draws for each block that was under load to see whether it leaks how much memory nginx had: an SVG file each, with a point
// for each sample and the straight line that fits them best.
type Plots struct {
	dir string
	err error
}

// NewPlots returns a listener that writes into a directory, which is made where there is something to draw.
func NewPlots(dir string) *Plots { return &Plots{dir: dir} }

// Handle implements Listener.
func (p *Plots) Handle(e Event) {
	if e.Kind != Loaded || e.Load.Memory == nil || len(e.Load.Memory.Resident) == 0 || e.Place == nil {
		return
	}
	if err := p.draw(e); err != nil {
		p.err = errors.Join(p.err, err)
	}
}

// Err returns what could not be written.
func (p *Plots) Err() error { return p.err }

// PlotName is the name of a block's picture: t/a.t and line 12 make t_a.t-12.svg.
func PlotName(file string, line int) string {
	return fmt.Sprintf("%s-%d.svg", strings.NewReplacer("/", "_", `\`, "_").Replace(filepath.Clean(file)), line)
}

func (p *Plots) draw(e Event) error {
	if err := os.MkdirAll(p.dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, PlotName(e.File, e.Place.Line)), memoryPlot(e).svg(), 0o666)
}

// memoryPlot is what there is to draw of a block.
func memoryPlot(e Event) scatter {
	m := e.Load.Memory
	s := scatter{
		title:  visible(e.title(), false),
		xLabel: fmt.Sprintf("requests answered (k=%s, %.1f bytes with each request: %s)", m.Slope, m.PerRequest, m.Verdict),
		yLabel: "resident memory, KB",
		least:  256, // a line that is level is not to look like a mountain range
	}
	var sumX, sumY float64
	for i, kb := range m.Resident {
		d := point{float64(m.Answered[i]), float64(kb)}
		s.dots = append(s.dots, d)
		sumX, sumY = sumX+d.x, sumY+d.y
	}
	// The line of least squares goes through the middle of all dots.
	n := float64(len(s.dots))
	fit := func(x float64) point { return point{x, sumY/n + m.PerRequest/1024*(x-sumX/n)} }
	s.line = [...]point{fit(s.dots[0].x), fit(s.dots[len(s.dots)-1].x)}
	return s
}
