package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v2/sarif"
	validator "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/ngxtest/ngxtest/valgrind"
)

// The third version of the library, which is the second's successor, knows what the schema of SARIF 2.1.0 asks for.
func TestSARIFIsValid(t *testing.T) {
	text := written(t, journal(everything()).SARIF)
	checked, err := validator.FromString(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range checked.Runs { // it would write these empty where a text does not have them
		run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
	}
	if err := checked.Validate(); err != nil {
		t.Errorf("not what the schema of SARIF 2.1.0 asks for: %v", err)
	}
	log, err := sarif.FromString(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs[0].Results {
		rules := log.Runs[0].Tool.Driver.Rules
		if r.RuleIndex == nil || rules[*r.RuleIndex].ID != *r.RuleID || len(r.Locations) != 1 || len(r.PartialFingerprints) == 0 {
			t.Errorf("a result without a rule, a location or a fingerprint: %+v", r)
		}
	}
}

// sarifLine is what a viewer lists of a result.
func sarifLine(r *sarif.Result) string {
	at := r.Locations[0].PhysicalLocation
	line, _ := json.Marshal(at.Region)
	first, _, _ := strings.Cut(*r.Message.Text, "\n")
	var region struct{ StartLine json.Number }
	_ = json.Unmarshal(line, &region)
	return *r.Level + " " + *r.RuleID + " " + *at.ArtifactLocation.URI + ":" + region.StartLine.String() + " " + first
}

func TestSARIFResults(t *testing.T) {
	want := `error memory/crash testdata/jar.c:15 process terminating with SIGSEGV: Access not within mapped region at address 0x0, in jar_peek (testdata/jar.c:15).
error memory/error testdata/jar.c:15 Invalid read of size 1, 3 times, in jar_peek (testdata/jar.c:15).
error memory/leak testdata/jar.c:7 memory is lost, nothing points at it any more: 1,000 bytes in 3 blocks over 4 requests, in jar_label (testdata/jar.c:7).
error memory/growing t/lid.t:9 memory in use grows with the requests, a leak or a cache without a bound: 6,912 bytes in 1 block with each request (13,824 bytes in 2 blocks over 2 requests), in pot_put (in libpot.so.1).
note memory/once t/lid.t:30 memory is not freed, but does not grow with the requests: 128 bytes in 1 block, in jar_peek (testdata/jar.c:15).
note memory/at-exit t/jar.t:6 memory is lost when the process ends, and was not while it ran: 8 bytes in 1 block, in ngx_alloc (in nginx).
error test/not-run t/died.t:3 t/died.t:3: no such module Foo (what to do)
error test/failed t/lid.t:9 TEST 1: the same label: b.
error test/failed t/odd.t:9 TEST 1: <b>bold</b> & ]]> \x01: TEST 1 - response_body - response is expected.
error test/not-run t/odd.t:20 t/odd.t:20: nginx refuses the configuration (correct the section named below).
error test/not-run t/odd.t: Bad plan.  You planned 40 tests but ran 6.
error test/failed t/unit.t:3 a is b.
`
	got := ""
	for _, r := range journal(everything()).sarifRun().Results {
		got += sarifLine(r) + "\n"
	}
	if got != want {
		t.Errorf("got\n%s", strings.Join(difference(want, got, palette{}), "\n"))
	}
}

// The same assertion that fails in each repeat is one result; another one of the same section is another.
func TestSARIFCountsRepeats(t *testing.T) {
	s := begin("t/a.t").file("t/a.t", &Plan{}, func(in *inFile) {
		in.block(3, "TEST 1: x")
		for _, name := range []string{"x - response is expected (repeated req 0, req 0)", "x - response is expected (repeated req 1, req 0)", "x - another"} {
			bad := fail
			bad.Name, bad.Section = name, "response_body"
			in.test(bad, 7)
		}
		in.add(Event{Kind: BlockEnd, Place: in.place})
	})
	results := journal(s.end()).sarifRun().Results
	if len(results) != 2 || *results[0].OccurrenceCount != 2 || *results[1].OccurrenceCount != 1 {
		t.Errorf("%d results: %+v", len(results), results)
	}
}

func TestSARIFOfAnInterruptedRun(t *testing.T) {
	events := everything()
	invocation := journal(events[:len(events)-1]).sarifRun().Invocations[0]
	if *invocation.ExecutionSuccessful || len(invocation.ToolExecutionNotifications) != 1 {
		t.Errorf("nothing says so: %+v", invocation)
	}
}

// A leak is a way through the source: from the line of Lua that called to the frame that allocated.
func TestSARIFCodeFlow(t *testing.T) {
	f := Finding{Verdict: valgrind.Leak, Record: lost(valgrind.DefinitelyLost, 84, 4, fromLua(jarLabel, jarPeek)), Own: []int{1, 2},
		Blame: []Caller{{Where: "t/a.t:29", Function: "jar_peek", Calls: 4, Requests: 4, Returned: 4}}}
	got := ""
	for _, step := range f.sarifFlow().Locations {
		at := step.Location
		got += fmt.Sprintf("%d %s:%d %s\n", *step.ExecutionOrder, *at.PhysicalLocation.ArtifactLocation.URI, *at.PhysicalLocation.Region.StartLine, *at.Message.Text)
	}
	want := `1 t/a.t:29 jar_peek is called from t/a.t:29, once a request; what it returned there was never freed
2 testdata/jar.c:15 jar_peek (testdata/jar.c:15)
3 testdata/jar.c:7 jar_label (testdata/jar.c:7)
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestSARIFStackWithoutFrames(t *testing.T) {
	got, err := json.Marshal(Finding{}.sarifStack("a", nil))
	if want := `{"frames":[],"message":{"text":"a"}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestURI(t *testing.T) {
	for file, want := range map[string]string{
		"t/a b.t":        "t/a%20b.t",
		"./t/a.t":        "t/a.t",
		"t/100%.t":       "t/100%25.t",
		"a:b.t":          "./a:b.t",
		"/usr/src/lib.c": "file:///usr/src/lib.c",
		"../other/src.c": "../other/src.c",
		"t/\xff\x01.t":   "t/%FF%01.t",
	} {
		if got := uri(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
