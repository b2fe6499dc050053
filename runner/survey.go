package runner

import (
	"bytes"
	"os"
)

// survey is what reading a file's text tells of how it can run beside others.
type survey struct {
	Blocks int
	Host   string   // why it has to run on the host's network; "": it need not
	Shared []string // paths that other files may use too: those that share one do not run beside each other
	Before string   // why its blocks cannot run beside one another; "": nothing in the text says so
}

// surveyFile reads a test file. One that cannot be read has nothing to tell: whoever runs it says why.
func surveyFile(path string) survey {
	text, err := os.ReadFile(path)
	if err != nil {
		return survey{}
	}
	return survey{Blocks: max(1, bytes.Count(text, []byte("\n=== "))+bytes.Count(text, []byte("\n- name:")))}
}
