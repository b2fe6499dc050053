package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/ngxtest/ngxtest/valgrind"
)

// SARIF writes memory findings and failed tests as SARIF 2.1.0, for code scanning: each stack once, at its first frame in
// the user's own source (else at the test), with the tests as related locations, the way from Lua to there as a code flow,
// and a fingerprint that stays from run to run. URIs are relative to the working directory where a file is below it.
func (j *Journal) SARIF(w io.Writer) error {
	log, err := sarif.New(sarif.Version210)
	if err != nil {
		return err
	}
	log.AddRun(j.sarifRun())
	return log.PrettyWrite(w)
}

func (j *Journal) sarifRun() *sarif.Run {
	run := sarif.NewRunWithInformationURI("ngxtest", "https://github.com/ngxtest/ngxtest").WithColumnKind("utf16CodeUnits")
	run.Tool.Driver.WithVersion(j.run.Version)
	for _, rule := range sarifRules() {
		rule.describe(run.AddRule(rule.id))
	}
	for _, m := range j.findings.Sorted() {
		run.AddResult(sarifFinding(m))
	}
	for _, f := range j.sorted() {
		for _, r := range j.sarifFailures(f) {
			run.AddResult(r)
		}
	}
	invocation := run.AddInvocation(!j.interrupted())
	if !j.run.Started.IsZero() {
		invocation.WithStartTimeUTC(j.run.Started.Truncate(time.Second))
	}
	said := j.said
	if j.interrupted() {
		said = append(said, "the run was interrupted: not all that was to run is in this report")
	}
	for _, text := range said {
		invocation.AddTToolExecutionNotification(sarif.NewNotification().WithLevel(levelError).WithMessage(sarif.NewTextMessage(legal(text))))
	}
	return run
}

// sarifFinding is a memory finding.
func sarifFinding(m Merged) *sarif.Result {
	rule, known := verdictRules[m.Verdict]
	if !known {
		rule = verdictRules[valgrind.Error]
	}
	level := rule.level
	if m.Fails {
		level = levelError
	}
	lines := []string{sentenceEnd(m.sentence())}
	if frame, ok := m.top(); ok {
		lines[0] = sentenceEnd(m.sentence() + ", in " + frameText(frame))
	}
	lines = append(lines, m.blameLines()...)
	for _, spot := range m.spots() {
		lines = append(lines, "Found in "+spot)
	}
	if m.Note != "" {
		lines = append(lines, "Note: "+visible(m.Note, false))
	}
	r := sarif.NewRuleResult(rule.id).WithLevel(level).WithMessage(sarif.NewTextMessage(strings.Join(lines, "\n"))).
		WithPartialFingerPrints(map[string]any{"ngxtestStack/v1": m.Key})
	if at := m.sarifPrimary(); at != nil {
		r.AddLocation(at)
	} else {
		r.AddLocation(sarifLocation(m.Tests[0].File, m.Tests[0].Place.Line))
	}
	for i, spot := range m.Tests {
		at := sarifLocation(spot.File, spot.Place.Line).WithId(i + 1).WithMessage(sarif.NewTextMessage(visible(spot.Place.Block, false)))
		r.AddRelatedLocation(at)
	}
	if flow := m.sarifFlow(); len(flow.Locations) > 0 {
		r.AddCodeFlow(sarif.NewCodeFlow().WithThreadFlows([]*sarif.ThreadFlow{flow}))
	}
	r.AddStack(m.sarifStack(m.sentence(), m.Stack))
	for _, extra := range m.Extra {
		if len(extra.Stack) > 0 {
			r.AddStack(m.sarifStack(strings.TrimSpace(extra.What), extra.Stack))
		}
	}
	return r
}

// sarifPrimary is the first frame in the user's own source that has a line; nil where there is none.
func (f Finding) sarifPrimary() *sarif.Location {
	for _, frame := range f.own() {
		if at := f.sarifFrame(frame); at != nil {
			return at
		}
	}
	return nil
}

// sarifFlow is the way to the finding as far as it has lines of source: the line of Lua that called, then the frames from the
// outermost to the innermost.
func (f Finding) sarifFlow() *sarif.ThreadFlow {
	flow := sarif.NewThreadFlow()
	add := func(at *sarif.Location, text string) {
		step := sarif.NewThreadFlowLocation().WithExecutionOrder(len(flow.Locations) + 1).WithImportance("essential")
		flow.AddLocation(step.WithLocation(at.WithMessage(sarif.NewTextMessage(text))))
	}
	if len(f.Blame) > 0 {
		caller := f.Blame[0]
		file, line := splitWhere(caller.Where)
		if line > 0 {
			add(sarifLocation(file, line), visible(caller.Function+" is "+caller.String(), false))
		}
	}
	for i := len(f.Stack) - 1; i >= 0; i-- {
		if at := f.sarifFrame(f.Stack[i]); at != nil {
			add(at, frameText(f.Stack[i]))
		}
	}
	return flow
}

// splitWhere takes t/a.t:29 apart; line is 0 where there is none.
func splitWhere(where string) (file string, line int) {
	i := strings.LastIndexByte(where, ':')
	if i < 0 {
		return where, 0
	}
	line, err := strconv.Atoi(where[i+1:])
	if err != nil {
		return where, 0
	}
	return where[:i], line
}

// sarifFrame is where a frame is in the source; nil where that is not known.
func (f Finding) sarifFrame(frame valgrind.Frame) *sarif.Location {
	source := sourcePath(frame)
	if source == "" || frame.Line <= 0 {
		return nil
	}
	at := sarifLocation(source, frame.Line)
	if filepath.IsLocal(source) {
		if text := f.sourceOf(frame); text != "" {
			at.PhysicalLocation.Region.WithSnippet(sarif.NewArtifactContent().WithText(text))
		}
	}
	if frame.Function != "" {
		at.AddLogicalLocations(sarif.NewLogicalLocation().WithName(frame.Function).WithKind("function"))
	}
	return at
}

func (f Finding) sarifStack(title string, s valgrind.Stack) *sarif.Stack {
	// Without frames there has to be an empty list: the schema knows no null here.
	stack := sarif.NewStack().WithFrames([]*sarif.StackFrame{}).WithMessage(sarif.NewTextMessage(visible(title, false)))
	for _, frame := range s {
		at := f.sarifFrame(frame)
		if at == nil {
			at = sarif.NewLocation()
		}
		step := sarif.NewStackFrame().WithLocation(at.WithMessage(sarif.NewTextMessage(frameText(frame))))
		if frame.Object != "" {
			step.WithModule(path.Base(frame.Object))
		}
		stack.AddFrame(step)
	}
	return stack
}

// sarifLocation is a line of a file; of the file where the line is not known.
func sarifLocation(file string, line int) *sarif.Location {
	at := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(uri(file)))
	if line > 0 {
		at.WithRegion(sarif.NewRegion().WithStartLine(line))
	}
	return sarif.NewLocationWithPhysicalLocation(at)
}

// uri is the reference to a file: relative to the working directory where it is below that.
func uri(file string) string {
	file = fromHere(filepath.Clean(file))
	u := url.URL{Path: file}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	}
	return u.String()
}

// sarifFailures are the failed tests of a file, each assertion once for all repeats of its block, and what could not be run
// to its end.
func (j *Journal) sarifFailures(f *fileLog) []*sarif.Result {
	var all []*sarif.Result
	known := map[string]*sarif.Result{}
	level := testFailed.level
	if j.leaksOnly() {
		level = levelNote
	}
	add := func(rule sarifRule, level, text, key string, line int, more ...string) {
		key = strings.Join(append([]string{f.name, key}, more...), "\n")
		if r := known[key]; r != nil {
			r.WithOccurrenceCount(int(*r.OccurrenceCount) + 1)
			return
		}
		r := sarif.NewRuleResult(rule.id).WithLevel(level).WithMessage(sarif.NewTextMessage(legal(text))).WithOccurrenceCount(1).
			WithPartialFingerPrints(map[string]any{"ngxtestTest/v1": fingerprint(key)})
		r.AddLocation(sarifLocation(f.name, line))
		known[key] = r
		all = append(all, r)
	}
	for _, b := range f.blocks {
		for _, failed := range b.failures {
			for _, text := range failed.abort {
				add(testBroken, testBroken.level, sentenceEnd(text)+"\n"+failed.body(palette{}), b.place.Block, b.place.Line, "abort")
			}
			if len(failed.abort) > 0 {
				continue // its test stands for the block
			}
			for _, t := range failed.tests {
				one := failure{file: f.name, place: failed.place, tests: []failedTest{t}}
				title, _ := one.summary()
				if b.inside {
					title = visible(b.place.Block, false) + ": " + title
				}
				line := t.Line
				if line == 0 {
					line = b.place.Line
				}
				add(testFailed, level, sentenceEnd(title)+"\n"+one.verdict(palette{}), b.place.Block, line, t.Section, repeated.ReplaceAllString(t.Name, ""))
			}
		}
	}
	for _, problem := range f.problems() {
		line := 0
		if file, n, _ := strings.Cut(problem, ": "); n != "" {
			if name, at := splitWhere(file); name == f.name {
				line = at
			}
		}
		add(testBroken, testBroken.level, problem, "", line, problem)
	}
	return all
}

// sentenceEnd ends the first sentence of a message, which viewers show alone.
func sentenceEnd(text string) string { return strings.TrimRight(text, ". \n") + "." }

// fingerprint is a short name of a text that stays.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
