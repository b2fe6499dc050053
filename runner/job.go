package runner

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// Job is one test file to run: plain data, as it would cross a pipe to another process.
type Job struct {
	File  string `json:"file"`
	Seed  int64  `json:"seed"`
	Title string `json:"title,omitempty"` // see Selection
	Lines []int  `json:"lines,omitempty"` // see Selection
	// FailFast ends the file behind the first block with a failed test or a finding that fails the run; with LeaksOnly failed
	// tests do not end it.
	FailFast  bool     `json:"fail_fast,omitempty"`
	LeaksOnly bool     `json:"leaks_only,omitempty"`
	List      bool     `json:"list,omitempty"`
	Disk      bool     `json:"disk,omitempty"`     // its nginx uses a disk in ways that a file system in memory may not know
	Services  []string `json:"services,omitempty"` // names of those that it needs
	Alone     bool     `json:"alone,omitempty"`    // nothing else of the run goes on beside it: it is to have the machine for itself
	Together  string   `json:"together,omitempty"` // why its blocks have to run one after the other; "": if they themselves do not mind, they need not
}

// partial reports whether the job may leave blocks out, so that the file's plan says nothing.
func (j Job) partial() bool { return j.Title != "" || len(j.Lines) > 0 }

// choose returns the blocks that the job asks for, in file order. A line belongs to the block that it stands in; one above the
// first block belongs to all of them.
func (j Job) choose(blocks []*spec.Block) ([]*spec.Block, error) {
	title, err := regexp.Compile(j.Title)
	if err != nil {
		return nil, fmt.Errorf("-t %s: %w (want a regular expression)", j.Title, err)
	}
	wanted := func(i int) bool {
		return slices.ContainsFunc(j.Lines, func(line int) bool {
			if line < blocks[0].Line {
				return true
			}
			return blocks[i].Line <= line && (i+1 == len(blocks) || line < blocks[i+1].Line)
		})
	}
	var chosen []*spec.Block
	for i, b := range blocks {
		if title.MatchString(b.Name) && (len(j.Lines) == 0 || wanted(i)) {
			chosen = append(chosen, b)
		}
	}
	return chosen, nil
}
