package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// slack is how much longer than nginx needs a run may take.
const slack = 1.3

// bound is how long a run may take in which nginx used so much processor time: with all cores at work for nginx, and a block that
// sleeps at the very end.
func (r *result) bound(nginx time.Duration) time.Duration {
	return time.Duration(slack*float64(nginx)/float64(r.cores)) + longestSleep
}

// table writes what was measured.
func (r *result) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d blocks, each asked %d times, on %d cores\n", r.blocks, repeats, r.cores)
	fmt.Fprintf(&b, "nginx alone, one block after another: %.2f s, %.2f ms a block; processor time %.2f s, %.2f ms a block\n",
		r.bare.wall.Seconds(), r.perBlock(r.bare.wall), r.bare.processor.Seconds(), r.perBlock(r.bare.processor))
	fmt.Fprintf(&b, "bound: %g x (processor time of nginx / cores) + the longest sleep of a block (%s)\n\n", slack, longestSleep)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "run\tlanes\twall s\tms/block\tnginx cpu s\tms/block\tngxtest cpu s\tms/block\tall cpu s\tbound s\t\t")
	for _, row := range r.rows {
		if row.lanes == 0 {
			fmt.Fprintf(w, "%s\t\t%.2f\t%.2f\t\t\t\t\t%.2f\t\t\t\n", row.name, row.wall.Seconds(), r.perBlock(row.wall), row.processor.Seconds())
			continue
		}
		verdict := "within"
		if row.wall > r.bound(row.nginx) {
			verdict = "beyond"
		}
		lanes := strconv.Itoa(row.lanes)
		if row.lanes == auto {
			lanes = "auto"
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t\n", row.name, lanes, row.wall.Seconds(), r.perBlock(row.wall),
			row.nginx.Seconds(), r.perBlock(row.nginx), row.itself.Seconds(), r.perBlock(row.itself), row.processor.Seconds(), r.bound(row.nginx).Seconds(), verdict)
	}
	w.Flush()
	return b.String()
}

// perBlock is milliseconds.
func (r *result) perBlock(d time.Duration) float64 { return d.Seconds() * 1000 / float64(r.blocks) }

// plot draws the time of a run by the number of lanes.
func (r *result) plot(file string) error {
	p := plot.New()
	p.Title.Text = fmt.Sprintf("%d blocks, each asked %d times, on %d cores", r.blocks, repeats, r.cores)
	p.X.Label.Text, p.Y.Label.Text = "lanes", "seconds"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.Y.Tick.Marker = plot.LogTicks{Prec: -1}
	var ticks plot.ConstantTicks
	var ours, bound plotter.XYs
	for _, row := range r.rows {
		if row.lanes > 0 {
			x := float64(row.lanes)
			ticks = append(ticks, plot.Tick{Value: x, Label: fmt.Sprint(row.lanes)})
			ours = append(ours, plotter.XY{X: x, Y: row.wall.Seconds()})
			bound = append(bound, plotter.XY{X: x, Y: r.bound(row.nginx).Seconds()})
		}
	}
	p.X.Tick.Marker = ticks
	lines := []any{"ngxtest", ours, "bound", bound, "nginx alone", r.level(r.bare.wall)}
	for _, row := range r.rows {
		switch row.lanes {
		case 0:
			lines = append(lines, row.name, r.level(row.wall))
		case auto:
			lines = append(lines, "ngxtest's choice", r.level(row.wall))
		}
	}
	if err := plotutil.AddLinePoints(p, lines...); err != nil {
		return err
	}
	p.Legend.Top = true
	p.Add(plotter.NewGrid())
	return p.Save(18*vg.Centimeter, 12*vg.Centimeter, file)
}

// level is the same time whatever the number of lanes.
func (r *result) level(d time.Duration) plotter.XYs {
	first, last := float64(max(1, slices.Min(r.lanes))), float64(max(1, slices.Max(r.lanes)))
	return plotter.XYs{{X: first, Y: d.Seconds()}, {X: last, Y: d.Seconds()}}
}
