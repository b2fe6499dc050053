package report

import (
	"fmt"
	"io"
	"time"
)

// progress is the line on a terminal that says how far a run is: "t/a.t .. 12/40 TEST 3: title".
type progress struct {
	w     io.Writer
	on    bool
	width int
	now   func() time.Time

	files, done int // of the run
	last        time.Time
	shown       bool
}

// show rewrites the line, ten times a second at most.
func (p *progress) show(name string, count, planned int, place *Place) {
	now := p.now()
	if !p.on || p.shown && now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.shown = now, true
	line := fmt.Sprintf("%s%d/", name, count)
	if planned > 0 {
		line += fmt.Sprint(planned)
	} else {
		line += "?"
	}
	if p.files > 1 {
		line += fmt.Sprintf(" [file %d of %d]", p.done+1, p.files)
	}
	if place != nil {
		line += " " + visible(place.Block, false)
	}
	width := p.width
	if width <= 0 {
		width = 80
	}
	if runes := []rune(line); len(runes) >= width {
		line = string(runes[:width-1])
	}
	io.WriteString(p.w, "\r"+eraseLine+line)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		io.WriteString(p.w, "\r"+eraseLine)
		p.shown = false
	}
}

// eraseLine clears a terminal's line from the cursor on.
const eraseLine = "\x1b[K"
