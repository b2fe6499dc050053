package report

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// ConsoleOptions are prove's switches for its output. The zero value is prove without switches on something that is
// no terminal.
type ConsoleOptions struct {
	Verbose    bool // -v: each line of TAP
	Quiet      bool // -q: results of files only, whatever else is asked for
	Silent     bool // -Q: the summary only
	Failures   bool // -f: lines of failed tests
	Comments   bool // -o: comments
	Directives bool // lines of tests that have a directive
	Timer      bool // the time of day, and how long each file took
	NoCount    bool // no running count on a terminal
	AllErrors  bool // -p: more than the first five parse errors
	Merge      bool // -m: what goes to stderr goes to stdout

	Terminal bool // stdout is a terminal: show a line of progress
	Width    int  // its columns; 0: 80

	Color       bool // on stdout
	ColorErrors bool // on stderr

	Now func() time.Time // nil: time.Now
}

// Console prints what prove prints on stdout; and on stderr each failing block, with all that is needed to see why.
type Console struct {
	stdout, stderr io.Writer
	options        ConsoleOptions
	out, err       palette
	order          queue

	run      Run
	longest  int
	files    map[string]*fileState
	ended    []string // names of files in the order of their ends
	progress progress
	findings findingsText
	flaky    []Event // ends of flaky blocks
}

// fileState is what a console knows of a file.
type fileState struct {
	failures failures
	clock    string // time of day of the start
	planned  int    // 0 while not known
	count    int    // tests so far
	lines    int    // of TAP that were shown
	result   *FileResult
}

// NewConsole returns the listener for people: --format=prove.
func NewConsole(stdout, stderr io.Writer, o ConsoleOptions) *Console {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Merge {
		stderr, o.ColorErrors = stdout, o.Color
	}
	return &Console{
		stdout: stdout, stderr: stderr, options: o,
		out: palette{o.Color}, err: palette{o.ColorErrors},
		files:    map[string]*fileState{},
		findings: findingsText{verbose: o.Verbose},
		progress: progress{w: stdout, width: o.Width, on: o.Terminal && !o.NoCount && !o.Verbose && !o.Silent, now: o.Now},
	}
}

// Handle implements Listener. Failing blocks are shown at once; results of files in the order of the run.
func (c *Console) Handle(e Event) {
	switch e.Kind {
	case RunStart:
		c.start(*e.Run)
	case FileStart:
		c.files[e.File] = &fileState{clock: c.clock()}
	case RunEnd:
		c.order.end(c.print)
		c.progress.clear()
		c.summary(*e.Summary)
		return
	}
	f := c.files[e.File]
	if f != nil {
		for _, failed := range f.failures.take(e) {
			c.complain(failed.text(c.err))
		}
	}
	switch e.Kind {
	case BlockEnd:
		if e.Flaky {
			c.flaky = append(c.flaky, e)
		}
	case Found:
		c.complain(c.findings.take(e, c.err))
	case Diag:
		c.complain(comment(string(e.Text)))
	case Stderr:
		c.complain(string(e.Text))
	case Abort:
		if f == nil {
			c.complain(lined(string(e.Text)))
		}
	case Info:
		if c.options.Verbose {
			c.complain(lined(string(e.Text)))
		}
	}
	if f != nil {
		c.watch(f, e)
		c.order.push(e, c.print)
	}
}

func (c *Console) start(r Run) {
	c.run = r
	c.order.begin(r.Files)
	for _, file := range r.Files {
		c.longest = max(c.longest, len(file))
	}
	c.progress.files = len(r.Files)
}

// complain writes to stderr, with the line of progress out of the way.
func (c *Console) complain(text string) {
	if text == "" {
		return
	}
	c.progress.clear()
	io.WriteString(c.stderr, text)
}

// watch keeps the line of progress up to date: on the file that something happens in, whoever's turn it is.
func (c *Console) watch(f *fileState, e Event) {
	switch e.Kind {
	case PlanMade:
		f.planned = e.Plan.Tests
	case BlockStart:
		c.progress.show(c.name(f, e.File), f.count, f.planned, e.Place)
	case TestDone:
		f.count = e.Test.Number
		c.progress.show(c.name(f, e.File), f.count, f.planned, e.Place)
	case FileEnd:
		c.progress.done++
	}
}

// print writes a file's part of stdout.
func (c *Console) print(e Event) {
	f := c.files[e.File]
	if f == nil {
		return
	}
	c.lines(f, e)
	if e.Kind != FileEnd {
		return
	}
	f.result = e.Result
	c.ended = append(c.ended, e.File)
	if c.options.Silent {
		return
	}
	c.progress.clear()
	switch {
	case e.Result.Plan != nil && e.Result.Plan.SkipAll, f.skippedAll():
		c.begin(f, e.File)
		reason := "(no reason given)"
		if p := e.Result.Plan; p.Reason != "" {
			reason = p.Reason
		}
		fmt.Fprintf(c.stdout, "skipped: %s\n", reason)
	case !e.Result.OK():
		c.begin(f, e.File)
		if f.lines == 0 && !c.options.Terminal {
			io.WriteString(c.stdout, "\n")
		}
		c.dubious(*e.Result)
	default:
		c.begin(f, e.File)
		io.WriteString(c.stdout, "ok"+c.time(*e.Result)+"\n")
	}
}

// skippedAll is true of a no_plan file that ran no test: its plan line is 1..0, which prove takes for a skip. One that
// died is not called skipped, although prove does.
func (f *fileState) skippedAll() bool {
	p := f.result.Plan
	return p != nil && p.counted() && f.result.Run == 0 && f.result.Died == ""
}

// begin writes the file's name and dots, once.
func (c *Console) begin(f *fileState, file string) {
	if f.lines == 0 {
		io.WriteString(c.stdout, c.name(f, file))
	}
}

// lines writes the lines of TAP that the switches ask for.
func (c *Console) lines(f *fileState, e Event) {
	text := tapLines(e)
	if c.options.Merge && e.Kind == Diag {
		text = "" // complain has written it
	}
	if strings.HasPrefix(text, "1..0") {
		text = "" // "skipped: reason" says it
	}
	if text == "" || c.options.Quiet || c.options.Silent {
		return
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if !c.wants(f, e, line) {
			continue
		}
		if f.lines == 0 {
			c.progress.clear()
			io.WriteString(c.stdout, c.name(f, e.File)+"\n")
		}
		f.lines++
		io.WriteString(c.stdout, c.colouredTAP(e, line)+"\n")
	}
}

// wants reports whether a line of TAP is to be shown.
func (c *Console) wants(f *fileState, e Event, line string) bool {
	isComment := strings.HasPrefix(line, "#")
	isTest := e.Kind == TestDone && !isComment
	failed := isTest && (!e.Test.OK && !Todo(e.Test.Test) || f.planned > 0 && e.Test.Number > f.planned)
	switch o := c.options; {
	case o.Verbose:
		return true
	case o.Failures && failed:
		return true
	case o.Comments && isComment:
		return true
	case o.Directives && isTest && e.Test.Directive != "":
		return true
	}
	return false
}

func (c *Console) colouredTAP(e Event, line string) string {
	switch {
	case e.Kind != TestDone:
		return line
	case !e.Test.OK && !Todo(e.Test.Test):
		return c.out.red(line)
	case e.Test.Directive == "skip":
		return c.out.skip(line)
	case Todo(e.Test.Test):
		return c.out.yellow(line)
	}
	return line
}

// name is a file's name with dots up to the longest one's end.
func (c *Console) name(f *fileState, file string) string {
	dots := strings.Repeat(".", max(0, c.longest-len(file))+2)
	name := file + " " + dots + " "
	if c.options.Timer {
		name = f.clock + " " + name
	}
	return name
}

func (c *Console) clock() string { return c.options.Now().Format("[15:04:05]") }

// time is what --timer adds to the line of a file that passed.
func (c *Console) time(r FileResult) string {
	if !c.options.Timer {
		return ""
	}
	t := r.Times
	return fmt.Sprintf(" %8d ms (%5.2f usr %5.2f sys + %5.2f cusr %5.2f csys = %5.2f CPU)", int(r.Seconds*1000),
		t.User, t.System, t.ChildUser, t.ChildSystem, t.User+t.System+t.ChildUser+t.ChildSystem)
}

// dubious writes what prove says of a file with which something is wrong.
func (c *Console) dubious(r FileResult) {
	var b strings.Builder
	if r.Exit != 0 {
		b.WriteString(c.out.red(fmt.Sprintf("Dubious, test returned %d (wstat %d, 0x%x)", r.Exit, r.Exit<<8, r.Exit<<8)) + "\n")
	}
	total := r.Run
	if planned, known := r.planned(); known {
		total = planned
	}
	failed := len(r.Failed) + total - r.Run
	passed := r.Run - len(r.Failed)
	switch {
	case failed != 0:
		b.WriteString(c.out.red(fmt.Sprintf("Failed %d/%d subtests ", failed, total)))
		if total == 0 {
			b.WriteString(c.out.red("\nNo tests run!"))
		}
	case total == 0:
		b.WriteString(c.out.red("No subtests run "))
	default:
		b.WriteString(c.out.red(fmt.Sprintf("All %d subtests passed ", total)))
	}
	if n := len(r.Skipped); n > 0 {
		fmt.Fprintf(&b, "\n\t(less %d skipped %s: %d okay)", n, plural("subtest", n), passed-n)
	}
	if n := len(r.TodoOK); n > 0 {
		fmt.Fprintf(&b, "\n\t(%d TODO %s unexpectedly succeeded)", n, plural("test", n))
	}
	b.WriteString("\n")
	io.WriteString(c.stdout, b.String())
}

func plural(word string, n int) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
