package runner

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// conductor hands out the blocks of a file of which several workers run some each.
type conductor struct {
	// loaded is told how many blocks there are, and why they have to run here one after the other, "" where they need not;
	// waits is about how many seconds each of them waits, nil where that is no reason to run one before the other.
	loaded func(blocks int, leaning string, waits []float64)
	// next returns the number of the next block to run here, counted from 0; -1: there is none. It is only asked where the
	// blocks do not lean on one another.
	next func() int
}

func (c *conductor) start(blocks int, leaning string, waits []float64) iter.Seq[int] {
	c.loaded(blocks, leaning, waits)
	return func(yield func(int) bool) {
		if leaning != "" {
			for i := 0; i < blocks && yield(i); i++ {
			}
			return
		}
		for i := c.next(); i >= 0 && yield(i); i = c.next() {
		}
	}
}

// leaning says why the blocks of the file may lean on one another, or cannot run beside one another; "" where they run as
// well in any order and in different places. A file that does not call no_shuffle has said that any order will do.
func (f *fileRun) leaning(blocks []*spec.Block) string {
	s := f.Settings
	switch {
	case f.job.Together != "":
		return f.job.Together
	case s.Ordered:
		return "it calls no_shuffle"
	case s.UseHup, s.NoNginxManager, s.CheckAccumErrorLog:
		return "its blocks share an nginx or a log"
	case !f.Repeatable:
		return "its Perl starts processes or writes files"
	case len(f.CleanupHandlers) > 0:
		return "it has cleanup handlers"
	}
	if force, set := f.env["TEST_NGINX_FORCE_RESTART_ON_TEST"]; set && !spec.Text(force).True() {
		return "nginx is not started anew for each block"
	}
	for _, b := range blocks {
		switch {
		case !b.Value("config").Defined():
			return fmt.Sprintf("%s goes on with the nginx of the block before", b.Name)
		case b.Has("shutdown_error_log"), b.Has("no_shutdown_error_log"):
			return fmt.Sprintf("%s looks at the end of its nginx", b.Name)
		case b.Has("init"), b.Has("post_setup_server_root"):
			return fmt.Sprintf("%s runs Perl before its nginx starts", b.Name)
		}
	}
	return ""
}

// sleeps finds what a block waits for by the clock: ngx.sleep(0.1), echo_sleep 2, tcp_reply_delay: 0.5.
var sleeps = lazyregexp.New(`(?:sleep|delay|wait)\w*[ \t]*[(: \t][ \t]*([0-9]*\.?[0-9]+)`)

// waiting is about how many seconds a block waits each time its requests are served. A loop counts once.
func waiting(b *spec.Block) (seconds float64) {
	for _, s := range b.Sections {
		if waits(s.Name)+waits(s.Text) == 0 {
			continue
		}
		for _, m := range sleeps.FindAllStringSubmatch("--- "+s.Name+": "+s.Text, -1) {
			n, _ := strconv.ParseFloat(m[1], 64)
			seconds += n
		}
	}
	return seconds
}

// waits counts what a text has in it that may wait for a clock. It is cheap.
func waits(text string) int {
	return strings.Count(text, "sleep") + strings.Count(text, "delay") + strings.Count(text, "wait")
}
