package runner

import "github.com/ngxtest/ngxtest/runner/report"

// inOrder lets the events of files through one file after the other, so that --fail-fast ends a run where it would have
// ended with one file at a time, whichever file fails first.
type inOrder struct {
	tell  func(report.Event)
	over  func() bool                  // the run has ended: nothing more is told
	fails func(report.FileResult) bool // whether a file that ends so ends the run
	held  [][]report.Event
	ended []bool
	turn  int
	cut   int // number of the first file that has failed, as far as is known: those behind it do not matter
}

func (r *run) newInOrder(files int) *inOrder {
	return &inOrder{
		tell: r.tell, over: func() bool { return r.summary.Stopped }, fails: r.fails,
		held: make([][]report.Event, files), ended: make([]bool, files), cut: files,
	}
}

// take takes an event of a file.
func (o *inOrder) take(file int, e report.Event) {
	o.held[file] = append(o.held[file], e)
	if e.Kind == report.FileEnd {
		o.ended[file] = true
		if o.fails(*e.Result) {
			o.cut = min(o.cut, file)
		}
	}
	for o.turn < len(o.held) {
		for _, e := range o.held[o.turn] {
			if !o.over() {
				o.tell(e)
			}
		}
		o.held[o.turn] = nil
		if !o.ended[o.turn] {
			return
		}
		o.turn++
	}
}
