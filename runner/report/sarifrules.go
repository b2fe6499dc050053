package report

import (
	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/ngxtest/ngxtest/valgrind"
)

// sarifRule is a kind of result: an identifier that stays, and what a reader is to know of it.
type sarifRule struct {
	id, name, level string
	short, help     string
}

// Levels of results.
const levelError, levelWarning, levelNote = "error", "warning", "note"

// Rules of what is no memory finding.
var (
	testFailed = sarifRule{"test/failed", "TestFailed", levelError, "A test failed",
		"An assertion of a test block does not hold. The message says what was expected and what came; the location is the section that was checked."}
	testBroken = sarifRule{"test/not-run", "TestNotRunToItsEnd", levelError, "A block or a file could not be run to its end",
		"nginx refused the configuration, the Perl of the file died, or the plan does not fit. What did not run has not been tested."}
)

// verdictRules are the rules of memory findings.
var verdictRules = map[valgrind.Verdict]sarifRule{
	valgrind.Leak: {"memory/leak", "MemoryLeak", levelError, "Memory is lost with the requests",
		"Nothing points at this memory any more, and more of it gets lost while nginx serves requests: whoever allocated it has to free it, " +
			"on every way out of the function. For memory that Lua got through FFI, see that ffi.gc or a call of the library gives it back."},
	valgrind.Growing: {"memory/growing", "MemoryGrows", levelError, "Memory in use grows with the requests",
		"Something still points at this memory, and it gets more with the requests: entries of a table or a list that are never taken out, " +
			"or a cache without a bound. If it is meant to be, bound it, or silence the finding (ngxtest suppress)."},
	valgrind.Suspect: {"memory/suspect", "MemoryMayGrow", levelWarning, "Memory in use grew while it was watched",
		"The memory grew in the only step that was watched, which is too short to tell growth from what happens once."},
	valgrind.Once: {"memory/once", "MemoryNotFreed", levelNote, "Memory is not freed, but does not grow",
		"Allocated once, by an initialisation for instance, and never freed. It costs what it costs and no more."},
	valgrind.AtExitOnly: {"memory/at-exit", "MemoryLostAtExit", levelNote, "Memory is lost when the process ends",
		"Something pointed at this memory while nginx ran, and nothing does once it has ended: cleaning up at the exit was left out, or is done in an order that drops the pointer first."},
	valgrind.Error: {"memory/error", "MemoryError", levelError, "Memory is used in a wrong way",
		"An invalid read or write, a use of uninitialised memory, a bad free or a data race. What the program does behind it is not defined: it may crash, or let data out, elsewhere or later."},
	valgrind.Crash: {"memory/crash", "Crash", levelError, "A signal ended the process",
		"nginx was ended by a signal that its own code provoked, a segmentation fault for instance. The stack is where it was."},
}

// describe puts the rule into a descriptor, as SARIF has it.
func (r sarifRule) describe(d *sarif.ReportingDescriptor) {
	d.WithName(r.name).WithDescription(r.short).
		WithFullDescription(sarif.NewMultiformatMessageString(r.short + ".")).
		WithHelp(sarif.NewMultiformatMessageString(r.help).WithMarkdown(r.help)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(r.level))
}

// sarifRules are all rules, those of memory findings first, the worst first.
func sarifRules() []sarifRule {
	var all []sarifRule
	for _, v := range severity {
		all = append(all, verdictRules[v])
	}
	return append(all, testFailed, testBroken)
}
