package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// maxProblems is how many parse errors of one file are shown without -p.
const maxProblems = 5

// summary writes the end of a run as prove does; "Result:" is its last line.
func (c *Console) summary(s Summary) {
	var b strings.Builder
	if c.options.Timer {
		b.WriteString(c.clock() + "\n")
	}
	if s.Interrupted {
		b.WriteString(c.out.red("Test run interrupted!") + "\n")
	}
	if s.Stopped {
		b.WriteString("Stopped at the first failure.\n")
	}
	switch {
	case s.Verdict() != Pass || s.Interrupted:
	case s.Part && s.Tests == 0:
		b.WriteString(c.out.green(fmt.Sprintf("No tests in shard %d of %d.", c.run.Shard.Index, c.run.Shard.Of)) + "\n")
	case s.FailedFiles == 0:
		b.WriteString(c.out.green("All tests successful.") + "\n")
	default:
		b.WriteString("Failed tests do not fail this run: --leaks-only.\n")
	}
	if table := c.table(); table != "" {
		b.WriteString("\nTest Summary Report\n-------------------\n" + table)
	}
	b.WriteString(c.flakyBlocks())
	if s.Strays > 0 {
		processes := "processes"
		if s.Strays == 1 {
			processes = "process"
		}
		fmt.Fprintf(&b, "\nLeft running, and killed: %d %s\n", s.Strays, processes)
	}
	b.WriteString(c.perl())
	b.WriteString(c.memory(s))
	fmt.Fprintf(&b, "Files=%d, Tests=%d, %s\n", s.Files, s.Tests, wallclock(s))
	if s.Shuffled && s.Verdict() == Fail {
		io.WriteString(c.stderr, fmt.Sprintf("Shuffled with --seed %d\n", c.run.Seed))
	}
	fmt.Fprintf(&b, "Result: %s\n", s.Verdict())
	io.WriteString(c.stdout, b.String())
}

// flakyBlocks lists the blocks that failed, ran again and passed.
func (c *Console) flakyBlocks() string {
	if len(c.flaky) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nFlaky: %d %s passed when run again\n", len(c.flaky), plural("block", len(c.flaky)))
	for _, e := range c.flaky {
		fmt.Fprintf(&b, "  %s:%d %s (try %d)\n", e.File, e.Place.Line, visible(e.Place.Block, false), len(e.Earlier)+1)
		for _, why := range e.Earlier {
			first, _, _ := strings.Cut(strings.TrimPrefix(why, e.File+" "+e.Place.Block+" - "), "\n")
			fmt.Fprintf(&b, "    failed: %s\n", visible(first, false))
		}
	}
	return b.String()
}

// perl lists, with -v, the files that went to the system's perl, by what sent them there.
func (c *Console) perl() string {
	files := map[string][]string{}
	n := 0
	for _, file := range c.ended {
		if lack := c.files[file].result.Perl; lack != "" {
			files[lack] = append(files[lack], file)
			n++
		}
	}
	if n == 0 || !c.options.Verbose {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nEvaluated by the system's perl: %d %s\n", n, plural("file", n))
	for _, lack := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "  %s: %s\n", lack, strings.Join(files[lack], " "))
	}
	return b.String()
}

// memory lists what memory checking has found, if memory was checked.
func (c *Console) memory(s Summary) string {
	all := c.findings.all.Sorted()
	if len(all) == 0 && (c.run.Valgrind == "" && !c.run.Sanitized || s.Tests == 0) {
		return ""
	}
	title := ""
	if len(all) > 0 {
		title = "\nMemory findings\n---------------\n"
	}
	return title + findingsTable(all, c.out, c.options.Verbose) + countLine(all) + "\n"
}

// table lists the files with which something is wrong.
func (c *Console) table() string {
	var b strings.Builder
	for _, file := range c.ended {
		r := *c.files[file].result
		if r.OK() && len(r.TodoOK) == 0 {
			continue
		}
		paint := func(s string) string { return s }
		if !r.OK() {
			paint = c.out.red
		}
		spaces := strings.Repeat(" ", max(1, c.longest-len(file)))
		status := fmt.Sprintf("%d", r.Exit<<8)
		if r.Exit != 0 {
			status += fmt.Sprintf(" (exited %d)", r.Exit)
		}
		b.WriteString(paint(fmt.Sprintf("%s%s(Wstat: %s Tests: %d Failed: %d)", file, spaces, status, r.Run, len(r.Failed))) + "\n")
		b.WriteString(numbers("  "+plural("Failed test", len(r.Failed))+":  ", r.Failed, c.out.red))
		b.WriteString(numbers("  TODO passed:   ", r.TodoOK, func(s string) string { return s }))
		if r.Exit != 0 {
			b.WriteString(c.out.red(fmt.Sprintf("  Non-zero exit status: %d", r.Exit)) + "\n")
		}
		b.WriteString(c.problems(r.Problems))
	}
	return b.String()
}

// problems lists what prove calls parse errors.
func (c *Console) problems(problems []string) string {
	if len(problems) == 0 {
		return ""
	}
	var b strings.Builder
	shown, more := problems, ""
	if len(problems) > maxProblems && !c.options.AllErrors {
		shown = problems[:maxProblems]
		more = fmt.Sprintf("Displayed the first %d of %d TAP syntax errors.\nRe-run with the -p option to see them all.\n", maxProblems, len(problems))
	}
	for i, problem := range shown {
		lead := strings.Repeat(" ", 16)
		if i == 0 {
			lead = "  Parse errors: "
		}
		b.WriteString(c.out.red(lead+problem) + "\n")
	}
	return b.String() + more
}

// numbers writes numbers as ranges, over several lines where they are many; nothing where there are none.
func numbers(label string, list []int, paint func(string) string) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	for _, line := range balanced(ranges(list), 40) {
		b.WriteString(paint(label+line) + "\n")
		label = strings.Repeat(" ", 16)
	}
	return b.String()
}

// ranges joins neighbours: 1, 3-5, 9.
func ranges(list []int) []string {
	var out []string
	for i := 0; i < len(list); {
		end := i
		for end+1 < len(list) && list[end+1] == list[end]+1 {
			end++
		}
		if end == i {
			out = append(out, fmt.Sprint(list[i]))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", list[i], list[end]))
		}
		i = end + 1
	}
	return out
}

// balanced joins words with commas to lines that end once they have reached a width.
func balanced(words []string, width int) []string {
	var lines []string
	line := ""
	for i, word := range words {
		line += word + ", "
		if len(line) >= width || i == len(words)-1 {
			lines = append(lines, strings.TrimSuffix(line, ", "))
			line = ""
		}
	}
	return lines
}

// wallclock words the times as Perl's Benchmark does: children are only mentioned when they took any.
func wallclock(s Summary) string {
	t := s.Times
	if t.ChildUser+t.ChildSystem > 0 {
		return fmt.Sprintf("%2d wallclock secs (%5.2f usr %5.2f sys + %5.2f cusr %5.2f csys = %5.2f CPU)", int(s.Seconds),
			t.User, t.System, t.ChildUser, t.ChildSystem, t.User+t.System+t.ChildUser+t.ChildSystem)
	}
	return fmt.Sprintf("%2d wallclock secs (%5.2f usr + %5.2f sys = %5.2f CPU)", int(s.Seconds), t.User, t.System, t.User+t.System)
}
