package report

import (
	"fmt"
	"slices"
	"strings"
)

// Caller is a line of Lua that calls a C function.
type Caller struct {
	Where    string   `json:"where"`    // t/a.t:29
	Function string   `json:"function"` // name in C
	Calls    int      `json:"calls"`
	Requests int      `json:"requests,omitempty"` // over how many requests; 0: at nginx's start
	Returned int      `json:"returned,omitempty"` // how many calls returned a pointer that is not NULL
	Freed    int      `json:"freed,omitempty"`    // how many of these went to a C function that releases, or to their finalizer
	By       []string `json:"by,omitempty"`       // these functions; "?" is one that could not be seen
}

// Kept is how many pointers were not given back.
func (c Caller) Kept() int { return c.Returned - c.Freed }

// String is "called from t/a.t:29, once a request; what it returned there was never freed".
func (c Caller) String() string {
	text := "called from " + c.Where + ", " + c.often()
	const returned = "; what it returned there was "
	by := ""
	if len(c.By) > 0 && !(len(c.By) == 1 && c.By[0] == "?") {
		by = " by " + strings.Join(c.By, ", ")
	}
	switch {
	case c.Returned == 0:
		return text
	case c.Freed == 0:
		return text + returned + "never freed"
	case c.Kept() <= 0:
		return text + returned + "always freed" + by
	}
	return text + returned + fmt.Sprintf("freed %s of %d%s", often(c.Freed), c.Returned, by)
}

// often is how often it was called.
func (c Caller) often() string {
	switch {
	case c.Requests == 0:
		return often(c.Calls) + " when nginx started"
	case c.Calls%c.Requests == 0:
		return often(c.Calls/c.Requests) + " a request"
	}
	return fmt.Sprintf("%s in %s", often(c.Calls), count(int64(c.Requests), "request"))
}

func often(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return count(int64(n), "time")
}

// blameLines say who called the C function that the finding is in.
func (f Finding) blameLines() []string {
	var lines []string
	for _, c := range f.Blame {
		lines = append(lines, c.Function+" is "+c.String())
	}
	if f.Unblamed != "" {
		lines = append(lines, "which line of Lua it was could not be told: "+f.Unblamed)
	}
	return lines
}

// blamesChunk reports whether a line of the block's own Lua is to blame, which says more than what was running.
func (f Finding) blamesChunk() bool {
	for _, chunk := range f.Lua {
		file, _, _ := strings.Cut(chunk, ":")
		if slices.ContainsFunc(f.Blame, func(c Caller) bool { return strings.HasPrefix(c.Where, file+":") }) {
			return true
		}
	}
	return false
}
