package report

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// counts is how many tests and blocks of a run came to what.
type counts struct {
	skipped, todo int // tests
	blocks        map[outcome]int
}

func (j *Journal) counts() counts {
	c := counts{blocks: map[outcome]int{}}
	for _, f := range j.files {
		if f.result != nil {
			c.skipped += len(f.result.Skipped)
			c.todo += len(f.result.Todo)
		}
		for _, b := range f.blocks {
			if b.inside {
				c.blocks[b.outcome()]++
			}
		}
	}
	return c
}

// memoryWord is how many findings fail the run, or why there is no number.
func (j *Journal) memoryWord(findings []Merged) string {
	if len(findings) == 0 && j.run.Valgrind == "" && !j.run.Sanitized {
		return "not checked"
	}
	n := 0
	for _, m := range findings {
		if m.Fails {
			n++
		}
	}
	return fmt.Sprint(n)
}

// madeWith says what ran, on what, and how to shuffle it the same way.
func (j *Journal) madeWith() string {
	parts := []string{"ngxtest " + j.run.Version}
	if v := j.run.NginxVersion; v != "" {
		parts = append(parts, "nginx "+strings.TrimPrefix(v, "nginx/"))
	}
	if j.run.Valgrind != "" {
		parts = append(parts, "Valgrind "+j.run.Valgrind)
	}
	if n := seed(j.run.Seed); n != "" {
		parts = append(parts, "--seed "+n)
	}
	if s := j.run.Shard; s != nil {
		parts = append(parts, fmt.Sprintf("shard %d of %d", s.Index, s.Of))
	}
	if !j.run.Started.IsZero() {
		parts = append(parts, j.run.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return strings.Join(parts, " · ")
}

// seed is a seed as text; none where nothing was shuffled by it.
func seed(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// duration is a time as people say it: 0.25s, 3.9s, 2m5s.
func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// htmlText is text for HTML.
func htmlText(s string) string { return html.EscapeString(visible(s, false)) }
