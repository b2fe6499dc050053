package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
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
	const width, height = 18 * vg.Centimeter, 9 * vg.Centimeter
	m := e.Load.Memory
	picture := plot.New()
	picture.Title.Text = visible(e.title(), false)
	picture.X.Label.Text = fmt.Sprintf("requests answered (k=%s, %.1f bytes with each request: %s)", m.Slope, m.PerRequest, m.Verdict)
	picture.Y.Label.Text = "resident memory, KB"
	picture.Add(plotter.NewGrid())
	points := make(plotter.XYs, len(m.Resident))
	var sumX, sumY float64
	for i, kb := range m.Resident {
		points[i] = plotter.XY{X: float64(m.Answered[i]), Y: float64(kb)}
		sumX, sumY = sumX+points[i].X, sumY+points[i].Y
	}
	dots, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	dots.Radius = vg.Points(1.5)
	n := float64(len(points))
	fit := plotter.NewFunction(func(x float64) float64 { return sumY/n + m.PerRequest/1024*(x-sumX/n) })
	fit.XMin, fit.XMax = points[0].X, points[len(points)-1].X
	fit.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	picture.Add(dots, fit)
	// A line that is level is not to look like a mountain range.
	low := min(picture.Y.Min, fit.F(fit.XMin), fit.F(fit.XMax))
	high := max(picture.Y.Max, fit.F(fit.XMin), fit.F(fit.XMax))
	picture.Y.Min, picture.Y.Max = low, high
	if spare := (256 - (high - low)) / 2; spare > 0 {
		picture.Y.Min, picture.Y.Max = max(low-spare, 0), high+spare
	}
	return picture.Save(width, height, filepath.Join(p.dir, PlotName(e.File, e.Place.Line)))
}
