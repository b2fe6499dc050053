package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// sharded divides a run into n shards, its files dealt out in turn, each a report as JSON writes it. Shard k started k
// minutes later.
func sharded(t *testing.T, events []Event, n int) []string {
	t.Helper()
	run, end := *events[0].Run, *events[len(events)-1].Summary
	var reports []string
	for k := range n {
		start := run
		start.Shard = &Shard{Index: k + 1, Of: n, By: "--shard", Files: run.Files}
		start.Started = run.Started.Add(time.Duration(k) * time.Minute)
		start.Files = nil
		for i, file := range run.Files {
			if i%n == k {
				start.Files = append(start.Files, file)
			}
		}
		sum := Summary{Part: true, Seconds: end.Seconds / float64(k+1), Findings: end.Findings, Shuffled: end.Shuffled}
		if k == n-1 {
			sum.Times = end.Times
		}
		var out bytes.Buffer
		j := NewJSON(&out)
		j.Handle(Event{Kind: RunStart, Run: &start})
		for _, e := range events[1 : len(events)-1] {
			if !slices.Contains(start.Files, e.File) {
				continue
			}
			if e.Kind == FileEnd {
				sum.Add(*e.Result)
			}
			j.Handle(e)
		}
		j.Handle(Event{Kind: RunEnd, Summary: &sum})
		reports = append(reports, out.String())
	}
	return reports
}

// read reads reports, which are called 1.json, 2.json and so on.
func read(t *testing.T, reports ...string) *Shards {
	t.Helper()
	var s Shards
	for i, text := range reports {
		if err := s.Read(strings.NewReader(text), fmt.Sprintf("%d.json", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	return &s
}

// all is every format of a run but HTML, whose charts and links follow from the same Journal as the others.
func all(t *testing.T, events []Event) map[string]string {
	t.Helper()
	j := journal(events)
	var github bytes.Buffer
	g := NewGitHub(&github)
	for _, e := range events {
		g.Handle(e)
	}
	summary, err := json.Marshal(events[len(events)-1].Summary)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"console": console(events, ConsoleOptions{Verbose: true}), "tap": tapOutput(events), "github": github.String(),
		"junit": withoutTimes(written(t, j.JUnit)), "sarif": written(t, j.SARIF), "html": written(t, j.HTML), "markdown": written(t, j.Markdown),
		"summary": string(summary),
	}
}

// withoutTimes takes out when suites started: shards start when they do.
func withoutTimes(xml string) string {
	for _, minute := range []string{"15:08:", "15:09:", "15:10:"} {
		xml = strings.ReplaceAll(xml, minute, "15:07:")
	}
	return xml
}

// What is merged is in every format what one run tells.
func TestShardsMakeOneRun(t *testing.T) {
	events := everything()
	reports := sharded(t, events, 4)
	slices.Reverse(reports)
	s := read(t, reports...)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	var merged recorded
	summary := s.Tell(&merged)
	want := all(t, events)
	for format, got := range all(t, merged) {
		if got != want[format] {
			t.Errorf("%s differs:\n%s", format, strings.Join(difference(want[format], got, palette{}), "\n"))
		}
	}
	if summary.ExitStatus() != 1 || summary.Findings != 4 {
		t.Errorf("the summary is %+v", summary)
	}
}

// A whole run is shown again, and several reports may come in one file.
func TestShardsOfOneFile(t *testing.T) {
	events := everything()
	var out bytes.Buffer
	j := NewJSON(&out)
	for _, e := range events {
		j.Handle(e)
	}
	for name, text := range map[string]string{"a whole run": out.String(), "all shards": strings.Join(sharded(t, events, 2), "")} {
		s := read(t, text)
		if err := s.Check(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var merged recorded
		s.Tell(&merged)
		if got, want := console(merged, ConsoleOptions{}), console(events, ConsoleOptions{}); got != want {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

// Reports that are not of one run are refused, each reason in a line.
func TestShardsThatDoNotFit(t *testing.T) {
	reports := sharded(t, everything(), 3)
	swap := func(text, from, to string) string {
		if !strings.Contains(text, from) {
			t.Fatalf("no %s in the report", from)
		}
		return strings.ReplaceAll(text, from, to)
	}
	tests := map[string]struct {
		reports []string
		want    string
	}{
		"twice":        {append([]string{reports[1]}, reports...), "3.json: shard 2 of 3 is in 1.json already (name each shard once)"},
		"other number": {[]string{reports[0], sharded(t, everything(), 4)[1]}, "2.json: is of another run than 1.json: the number of shards is 4, not 3 (name the shards of one run)"},
		"other seed":   {[]string{reports[0], swap(reports[1], `"seed":7`, `"seed":8`)}, "2.json: is of another run than 1.json: --seed is 8, not 7 (name the shards of one run)"},
		"other files":  {[]string{reports[0], swap(reports[1], `"t/odd.t"`, `"t/add.t"`)}, "2.json: is of another run than 1.json: the list of files differs (name the shards of one run)"},
		"other nginx":  {[]string{reports[0], swap(reports[1], "nginx/1.22.1", "nginx/1.24.0")}, "2.json: is of another run than 1.json: nginx is nginx/1.24.0, not nginx/1.22.1 (name the shards of one run)"},
		"no Valgrind":  {[]string{reports[0], swap(reports[1], `"valgrind":"3.19.0",`, "")}, "2.json: is of another run than 1.json: Valgrind is none, not 3.19.0 (name the shards of one run)"},
		"leaks only":   {[]string{reports[0], swap(reports[1], `"part":true`, `"leaks_only":true`)}, "2.json: is of another run than 1.json: --leaks-only is in one of them only (name the shards of one run)"},
		"a whole run":  {[]string{reports[0], swap(reports[1], `"shard":{`, `"sherd":{`)}, "2.json: is the report of a whole run, not of a shard (name the reports that --shard has made)"},
		"divided otherwise": {[]string{reports[0], reports[1], swap(reports[2], `"files":["t/odd.t","t/died.t"]`, `"files":["t/jar.t","t/died.t"]`)},
			"t/jar.t: is in shard 1 and in shard 3 (give all shards the same .ngxtest-state)\nt/odd.t: is in no shard (give all shards the same .ngxtest-state)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := read(t, test.reports...).Check()
			if err == nil {
				t.Fatal("they are merged")
			}
			for line := range strings.SplitSeq(test.want, "\n") {
				if !strings.Contains(err.Error(), line+"\n") {
					t.Errorf("got\n%v\nwithout %s", err, line)
				}
			}
		})
	}
}

// What is missing is told, and fails the run.
func TestShardsThatAreMissing(t *testing.T) {
	s := begin("t/a.t", "t/b.t", "t/c.t", "t/d.t")
	for _, file := range s.events[0].Run.Files {
		s.file(file, &Plan{Tests: 1}, func(in *inFile) { in.test(pass, 1) })
	}
	reports := sharded(t, s.end(), 4)
	cut := func(report, from string) string { return report[:strings.Index(report, from)] }
	tests := map[string]struct {
		reports []string
		status  int
		want    string
	}{
		"none":        {reports, 0, "All tests successful.\nFiles=4, Tests=4, "},
		"one":         {reports[1:], 1, "shard 1 of 4 is missing, and with it t/a.t (name all reports of the run)\n"},
		"two":         {[]string{reports[0], reports[3]}, 1, "shards 2-3 of 4 are missing, and with it t/b.t, t/c.t (name all reports of the run)\n"},
		"no end":      {append([]string{cut(reports[0], `{"event":"run-end"`)}, reports[1:]...), 130, "1.json: shard 1 of 4 was interrupted: not all that was to run is in this report (run it again)\n"},
		"cut":         {append([]string{cut(reports[0], `"summary"`)}, reports[1:]...), 130, "1.json: shard 1 of 4 was interrupted: "},
		"interrupted": {append([]string{strings.ReplaceAll(reports[0], `"part":true`, `"interrupted":true`)}, reports[1:]...), 130, "1.json: shard 1 of 4 was interrupted: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := read(t, test.reports...)
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			var merged recorded
			summary := s.Tell(&merged)
			if got := summary.ExitStatus(); got != test.status {
				t.Errorf("exit status %d, want %d", got, test.status)
			}
			text := console(merged, ConsoleOptions{})
			if !strings.Contains(text, test.want) {
				t.Errorf("got\n%s\nwithout %s", text, test.want)
			}
			if junit := written(t, journal(merged).JUnit); (test.status != 0) != strings.Contains(junit, `<testcase name="the run"`) {
				t.Errorf("JUnit has\n%s", junit)
			}
		})
	}
}

// A shard without files passes; a run without tests does not, be it one of shards.
func TestEmptyShards(t *testing.T) {
	s := begin("t/a.t").file("t/a.t", &Plan{SkipAll: true, Reason: "no"}, nil)
	reports := sharded(t, s.end(), 2)
	for i, text := range reports {
		var one recorded
		if err := ReadJSON(strings.NewReader(text), "x.json", &one); err != nil {
			t.Fatal(err)
		}
		summary := one[len(one)-1].Summary
		if got := console(one, ConsoleOptions{}); summary.ExitStatus() != 0 || !strings.Contains(got, fmt.Sprintf("No tests in shard %d of 2.\nFiles=%d, Tests=0, ", i+1, 1-i)) {
			t.Errorf("exit status %d\n%s", summary.ExitStatus(), got)
		}
	}
	if summary := read(t, reports...).Tell(); summary.ExitStatus() != 1 || summary.Verdict() != NoTests {
		t.Errorf("merged: %+v", summary)
	}
}

func TestShardsReadNothing(t *testing.T) {
	var s Shards
	for _, text := range []string{"", `{"event":"diag"}` + "\n", `{"event":"run-start","run":{"stream":1,"shard":{"index":9,"of":4}}}` + "\n", "{"} {
		if err := s.Read(strings.NewReader(text), "x.json"); err == nil || !strings.HasPrefix(err.Error(), "x.json:") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
