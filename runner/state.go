package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/report"
)

// StateFile is where --state keeps what it knows, in the working directory.
const StateFile = ".ngxtest-state"

// State is what earlier runs tell of each file, for --state. As a listener it notes how the files of this run end.
type State struct {
	path    string
	Version int                  `json:"version"`
	Run     int                  `json:"run"` // number of the last run that was saved
	Files   map[string]FileState `json:"files"`
}

// FileState is what the last run of a file told.
type FileState struct {
	Run     int       `json:"run"` // in which run it was
	Failed  int       `json:"failed"`
	Todo    int       `json:"todo"`
	Broken  bool      `json:"broken,omitempty"`  // no test failed, but the file did
	LastBad time.Time `json:"last_bad,omitzero"` // when it failed last
	Seconds float64   `json:"seconds"`
	Ended   time.Time `json:"ended"`
}

func (f FileState) failed() bool { return f.Failed > 0 || f.Broken }

// LoadState reads a state file; one that does not exist is an empty state.
func LoadState(path string) (*State, error) {
	s := &State{path: path, Version: 1, Files: map[string]FileState{}}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	if err := json.Unmarshal(text, s); err != nil || s.Version != 1 {
		return nil, fmt.Errorf("%s: no state of a run (remove the file)", path)
	}
	if s.Files == nil {
		s.Files = map[string]FileState{}
	}
	return s, nil
}

// Handle implements report.Listener.
func (s *State) Handle(e report.Event) {
	switch e.Kind {
	case report.RunStart:
		s.Run++
	case report.FileEnd:
		r, before := e.Result, s.Files[e.File]
		now := FileState{
			Run: s.Run, Failed: len(r.Failed), Todo: len(r.Todo), Broken: !r.OK() && len(r.Failed) == 0,
			LastBad: before.LastBad, Seconds: r.Seconds, Ended: time.Now(),
		}
		if now.failed() {
			now.LastBad = now.Ended
		}
		s.Files[e.File] = now
	}
}

// Times returns how many seconds each file took when it last ran.
func (s *State) Times() map[string]float64 {
	times := map[string]float64{}
	for name, f := range s.Files {
		times[name] = f.Seconds
	}
	return times
}

// Save writes the state; files that are gone are forgotten.
func (s *State) Save() error {
	for file := range s.Files {
		if _, err := os.Stat(file); err != nil {
			delete(s.Files, file)
		}
	}
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("%s: %w", s.path, reason(err))
	}
	return nil
}

// selections are the words of --state that choose files and the order in which they run.
var selections = map[string]struct {
	keep func(s *State, name string, f FileState) bool
	less func(a, b FileState) int
}{
	"all":    {always, byLastRun},
	"last":   {func(s *State, _ string, f FileState) bool { return f.Run == s.Run }, byLastRun},
	"failed": {func(_ *State, _ string, f FileState) bool { return f.failed() }, func(a, b FileState) int { return b.Failed - a.Failed }},
	"passed": {func(_ *State, _ string, f FileState) bool { return !f.failed() }, byLastRun},
	"todo":   {func(_ *State, _ string, f FileState) bool { return f.Todo > 0 }, func(a, b FileState) int { return b.Todo - a.Todo }},
	"hot":    {func(_ *State, _ string, f FileState) bool { return !f.LastBad.IsZero() }, func(a, b FileState) int { return b.LastBad.Compare(a.LastBad) }},
	"slow":   {always, func(a, b FileState) int { return compare(b.Seconds, a.Seconds) }},
	"fast":   {always, func(a, b FileState) int { return compare(a.Seconds, b.Seconds) }},
	"fresh":  {func(_ *State, name string, f FileState) bool { return modified(name).After(f.Ended) }, byLastRun},
}

// StateWords lists the words of --state.
func StateWords() []string {
	return append(slices.Sorted(maps.Keys(selections)), "new", "old", "save")
}

func always(*State, string, FileState) bool { return true }
func byLastRun(a, b FileState) int          { return a.Ended.Compare(b.Ended) }

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func modified(name string) time.Time {
	info, err := os.Stat(name)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// Choose returns the files that the words of --state name (last, failed, passed, all, hot, todo, slow, fast, new, old,
// fresh), those of the first word first, each once; and whether the word save is among them.
func (s *State) Choose(words []string) (files []string, save bool, err error) {
	for _, word := range words {
		switch word {
		case "save":
			save = true
		case "new", "old":
			files = append(files, s.byAge(word == "new")...)
		default:
			selection, known := selections[word]
			if !known {
				return nil, false, fmt.Errorf("--state=%s: no such word (save, last, failed, passed, all, hot, todo, slow, fast, new, old, fresh)", word)
			}
			chosen := s.names(selection.keep)
			slices.SortStableFunc(chosen, func(a, b string) int { return selection.less(s.Files[a], s.Files[b]) })
			files = append(files, chosen...)
		}
	}
	seen := map[string]bool{}
	files = slices.DeleteFunc(files, func(name string) bool {
		again := seen[name]
		seen[name] = true
		return again
	})
	return files, save, nil
}

// names lists the files that are still there and that keep wants, sorted by name.
func (s *State) names(keep func(*State, string, FileState) bool) []string {
	var names []string
	for name, f := range s.Files {
		if _, err := os.Stat(name); err == nil && keep(s, name, f) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, strings.Compare)
	return names
}

// byAge lists all files by the time of their last change.
func (s *State) byAge(newestFirst bool) []string {
	names := s.names(always)
	slices.SortStableFunc(names, func(a, b string) int {
		if newestFirst {
			a, b = b, a
		}
		return modified(a).Compare(modified(b))
	})
	return names
}
