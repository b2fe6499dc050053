package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
	"github.com/hashicorp/go-multierror"
	"github.com/spf13/pflag"

	"github.com/ngxtest/ngxtest/runner/report"
)

// sideReports names the files of the reports beside what --format prints; "-" is standard output. ngxtest.yaml has the
// same names under reports.
type sideReports struct {
	HTML     string `yaml:"html"`
	JUnit    string `yaml:"junit"`
	SARIF    string `yaml:"sarif"`
	Markdown string `yaml:"markdown"`
	JSON     string `yaml:"json"`
	Plots    string `yaml:"plots"` // a directory
}

func (s *sideReports) flags(f *pflag.FlagSet) {
	f.StringVar(&s.JUnit, "junit", "", "write a JUnit report, too, to this `FILE` (- is stdout; --format's output goes to stderr then): for Jenkins,\nGitLab and the like; a case for each block and for each memory finding")
	f.StringVar(&s.HTML, "html", "", "write a page for people to this `FILE`: failures, memory findings by stack and by test, all blocks")
	f.StringVar(&s.Markdown, "markdown", "", "write a summary in Markdown to this `FILE`: for the page of a job, or a comment")
	f.StringVar(&s.SARIF, "sarif", "", "write memory findings and failed tests as SARIF 2.1.0 to this `FILE`: for code scanning")
	f.StringVar(&s.JSON, "json", "", "write the events of the run to this `FILE`, as --format=json does")
	f.StringVar(&s.Plots, "plots", "", "under TEST_NGINX_CHECK_LEAK: draw the memory of nginx during each block, an SVG file each in this `DIR`")
}

// bazelReport is the variable in which Bazel tells a test where it wants a JUnit report.
const bazelReport = "XML_OUTPUT_FILE"

// or fills in what is not named.
func (s *sideReports) or(other sideReports) {
	for _, pair := range [][2]*string{
		{&s.JUnit, &other.JUnit}, {&s.SARIF, &other.SARIF}, {&s.HTML, &other.HTML}, {&s.Markdown, &other.Markdown}, {&s.JSON, &other.JSON},
		{&s.Plots, &other.Plots},
	} {
		if *pair[0] == "" {
			*pair[0] = *pair[1]
		}
	}
}

// toStdout reports whether a report takes standard output.
func (s sideReports) toStdout() bool {
	for _, name := range []string{s.JUnit, s.SARIF, s.HTML, s.Markdown, s.JSON} {
		if name == "-" {
			return true
		}
	}
	return false
}

// openReports are side reports while the run goes on. They get their names when they are complete.
type openReports struct {
	listeners []report.Listener
	files     []*reportFile
	plots     *report.Plots // nil where none are asked for
}

// reportFile is where a report goes.
type reportFile struct {
	flag, path string
	io.Writer                        // one of the two below, or standard output
	pending    *renameio.PendingFile // nil for what is no file
	file       *os.File              // what is no file, or appended to
	write      func(io.Writer) error // writes it when the run is over; nil where it has been written on the way
}

// open makes the files, so that one that cannot be written is known before anything runs. All problems are returned
// together.
func (s sideReports) open(stdout io.Writer) (*openReports, error) {
	var all openReports
	var journal report.Journal
	var problems *multierror.Error
	taken := map[string]string{}
	add := func(flag, path string, write func(io.Writer) error) *reportFile {
		if path == "" {
			return nil
		}
		if other := taken[filepath.Clean(path)]; other != "" {
			problems = multierror.Append(problems, fmt.Errorf("%s %s: %s goes there (name another file)", flag, path, other))
			return nil
		}
		taken[filepath.Clean(path)] = flag
		f, err := create(path, stdout)
		if err != nil {
			problems = multierror.Append(problems, fmt.Errorf("%s %s: cannot be written: %w (name a file in a directory of yours)", flag, path, reason(err)))
			return nil
		}
		f.flag, f.path, f.write = flag, path, write
		all.files = append(all.files, f)
		return f
	}
	if f := add("--json", s.JSON, nil); f != nil {
		buffer := bufio.NewWriter(f.Writer)
		events := report.NewJSON(buffer)
		f.write = func(io.Writer) error { return errors.Join(events.Err(), buffer.Flush()) }
		all.listeners = append(all.listeners, events)
	}
	add("--junit", s.JUnit, journal.JUnit)
	add("--sarif", s.SARIF, journal.SARIF)
	add("--html", s.HTML, journal.HTML)
	add("--markdown", s.Markdown, journal.Markdown)
	if len(all.files) > 0 {
		all.listeners = append(all.listeners, &journal)
	}
	if s.Plots != "" {
		all.plots = report.NewPlots(s.Plots)
		all.listeners = append(all.listeners, all.plots)
	}
	if problems != nil {
		all.abandon()
		return nil, problems
	}
	return &all, nil
}

// create opens what a report is written to. A file appears when it is complete; what is no file, a pipe for instance, is
// written to as it is, and the summary of a job of GitHub's is appended to, since other steps write there.
func create(path string, stdout io.Writer) (*reportFile, error) {
	if path == "-" {
		return &reportFile{Writer: stdout}, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, errors.New("it is a directory")
	case err == nil && (!info.Mode().IsRegular() || isJobSummary(info)):
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		return &reportFile{Writer: f, file: f}, err
	}
	pending, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithPermissions(0o666), renameio.WithExistingPermissions())
	return &reportFile{Writer: pending, pending: pending}, err
}

// isJobSummary reports whether a file is the one that GitHub shows with the step of a workflow.
func isJobSummary(file fs.FileInfo) bool {
	summary, err := os.Stat(os.Getenv("GITHUB_STEP_SUMMARY"))
	return err == nil && os.SameFile(file, summary)
}

// close writes what is to be written now that the run is over. All problems are returned together.
func (r *openReports) close() error {
	var problems *multierror.Error
	for _, f := range r.files {
		if err := f.close(); err != nil {
			problems = multierror.Append(problems, fmt.Errorf("%s %s: cannot be written: %w (make room, or name another file)", f.flag, f.path, reason(err)))
		}
	}
	if r.plots != nil && r.plots.Err() != nil {
		problems = multierror.Append(problems, fmt.Errorf("--plots: %w (make room, or name another directory)", r.plots.Err()))
	}
	return problems.ErrorOrNil()
}

func (f *reportFile) close() error {
	err := f.write(f.Writer)
	switch {
	case f.file != nil:
		if closed := f.file.Close(); err == nil {
			err = closed
		}
	case f.pending != nil && err != nil:
		_ = f.pending.Cleanup()
	case f.pending != nil:
		err = f.pending.CloseAtomicallyReplace()
	}
	return err
}

// abandon leaves no file behind.
func (r *openReports) abandon() {
	for _, f := range r.files {
		if f.pending != nil {
			_ = f.pending.Cleanup()
		}
	}
}
