package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
)

//go:embed page.html
var pageText string

// pageTemplate is parsed when a page is written: of all the processes of a run, one may write it.
var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })

// HTML writes one page for people that needs nothing else: no script, no font, no image from elsewhere, so that it can be
// attached to a job. Failures come first, then memory findings by stack with the tests in which they are, then each file
// with its blocks, folded.
func (j *Journal) HTML(w io.Writer) error { return pageTemplate().Execute(w, j.page()) }

// The parts of the page. Texts are escaped by the template; template.HTML are texts that painted has escaped.
type (
	page struct {
		Verdict, Class string
		Interrupted    bool
		LeaksOnly      bool
		Made           string
		Said           []string
		Tiles          []pageTile
		Bar            []pageShare
		Failures       []pageFailure
		Unfold         bool // few enough failures to show them all
		Findings       []pageFinding
		FindingsLine   string
		Checked        bool // memory was
		Files          []pageFile
	}
	pageTile  struct{ Number, Word, Class string }
	pageShare struct {
		Class, Title string
		Percent      float64
	}
	pageFailure struct {
		ID, At, Title, Which string
		Verdict              template.HTML
		Parts                []pagePart
	}
	pagePart struct {
		Title string
		Text  string
	}
	pageFinding struct {
		ID, Verdict, Class, About, Sentence, Note string
		Fails                                     bool
		Stack, Whole                              template.HTML // Whole where Stack leaves frames out
		Blame, Lua                                []string
		Suppression                               string
		Tests                                     []pageSpot
	}
	pageSpot struct {
		Href, Text, Request, Verdict string
		Charts                       []chart
	}
	pageFile struct {
		Name, Class, Counts, Time string
		Problems                  []string
		Skipped                   string
		Blocks                    []pageBlock
	}
	pageBlock struct {
		ID, Class, Outcome, Title, Reason, Time, Href string
		Line, Tests                                   int
		Findings                                      []pageMark
	}
	pageMark struct{ Href, Verdict, Class string }
)

// fewFailures is up to how many failures a page shows unfolded.
const fewFailures = 20

func (j *Journal) page() page {
	total, c := j.total(), j.counts()
	findings := j.findings.Sorted()
	p := page{
		Verdict: total.Verdict(), Interrupted: j.interrupted(), LeaksOnly: total.LeaksOnly && total.Failed > 0, Made: j.madeWith(),
		Checked: j.run.Valgrind != "" || j.run.Sanitized || len(findings) > 0,
	}
	switch {
	case total.ExitStatus() == 0:
		p.Class = "pass"
	case p.Verdict == Pass && total.Findings > 0:
		p.Class, p.Verdict = "leaks", Pass+", with memory findings"
	default:
		p.Class = "fail"
	}
	for _, text := range j.said {
		p.Said = append(p.Said, legal(text))
	}
	p.Tiles = j.tiles(total, c, findings)
	p.Bar = c.bar()
	files := j.sorted()
	for n, f := range files {
		p.Files = append(p.Files, j.pageFile(n, f))
		for k, problem := range f.problems() {
			p.Failures = append(p.Failures, pageFailure{ID: fmt.Sprintf("p%d-%d", n, k), At: f.name, Title: "the file as a whole", Verdict: painted(legal(problem))})
		}
		for i, b := range f.blocks {
			for k, failed := range b.distinct() {
				p.Failures = append(p.Failures, failed.page(blockID(n, i), k))
			}
		}
	}
	p.Unfold = len(p.Failures) <= fewFailures
	p.FindingsLine = strings.TrimPrefix(countLine(findings), "Memory findings: ")
	for _, m := range findings {
		p.Findings = append(p.Findings, j.pageFinding(m, files))
	}
	return p
}

// tiles are the totals.
func (j *Journal) tiles(total Summary, c counts, findings []Merged) []pageTile {
	number := func(n int) string { return strings.TrimSpace(strings.TrimSuffix(count(int64(n), ""), "s")) }
	tone := func(n int, class string) string {
		if n == 0 {
			return ""
		}
		return class
	}
	memory := pageTile{j.memoryWord(findings), "memory findings", ""}
	if memory.Number == "not checked" {
		memory = pageTile{"–", "memory not checked", ""}
	} else if memory.Number != "0" {
		memory.Class = "bad"
	}
	return []pageTile{
		{number(total.Files), "files", ""}, {number(total.Tests), "tests", ""},
		{number(total.Failed), "failed", tone(total.Failed, "bad")},
		{number(c.skipped), "skipped", tone(c.skipped, "dim")}, {number(c.todo), "todo", tone(c.todo, "dim")},
		memory, {duration(total.Seconds), "wall clock", ""},
	}
}

// classes of outcomes on the page.
var classes = map[outcome]string{
	didPass: "ok", didFail: "no", didBreak: "no", didSkip: "skip", isTodo: "skip", notEnded: "no", unchecked: "skip",
}

// bar is how many blocks came to what, as shares of a whole.
func (c counts) bar() []pageShare {
	sum := 0
	for _, n := range c.blocks {
		sum += n
	}
	var bar []pageShare
	for _, o := range []outcome{didFail, didBreak, notEnded, didPass, didSkip, isTodo, unchecked} {
		if n := c.blocks[o]; n > 0 {
			bar = append(bar, pageShare{classes[o], fmt.Sprintf("%s: %s", count(int64(n), "block"), o), 100 * float64(n) / float64(sum)})
		}
	}
	return bar
}

func blockID(file, block int) string { return fmt.Sprintf("b%d-%d", file, block) }

// page is a failure on the page.
func (f *sameFailures) page(block string, n int) pageFailure {
	p := pageFailure{ID: fmt.Sprintf("%s-%d", block, n), At: f.file, Which: f.which(), Verdict: painted(outdented(f.verdict(palette{true})))}
	if f.place != nil {
		p.Title = visible(f.place.Block, false)
		if f.place.Line > 0 {
			p.At = fmt.Sprintf("%s:%d", f.file, f.place.Line)
		}
	} else if len(f.tests) > 0 {
		p.Title = f.shortName(f.tests[0].Test)
	}
	if f.exchange != nil {
		for _, part := range exchangeParts(*f.exchange) {
			p.Parts = append(p.Parts, pagePart{strings.TrimSuffix(part.title, ":"), strings.Join(part.lines, "\n")})
		}
	}
	return p
}

func (j *Journal) pageFile(n int, f *fileLog) pageFile {
	p := pageFile{Name: f.name, Class: "ok", Problems: f.problems()}
	if f.begun && f.result == nil || f.result != nil && !f.result.OK() {
		p.Class = "no"
	}
	if r := f.result; r != nil {
		p.Time = duration(r.Seconds)
		p.Counts = count(int64(r.Run), "test")
		if len(r.Failed) > 0 {
			p.Counts += fmt.Sprintf(", %d failed", len(r.Failed))
		}
		if len(r.Skipped) > 0 {
			p.Counts += fmt.Sprintf(", %d skipped", len(r.Skipped))
		}
		if len(r.Todo) > 0 {
			p.Counts += fmt.Sprintf(", %d todo", len(r.Todo))
		}
		if r.Plan != nil && r.Plan.SkipAll {
			p.Class, p.Skipped = "skip", visible(r.Plan.Reason, false)
		}
	}
	for i, b := range f.blocks {
		o := b.outcome()
		block := pageBlock{
			ID: blockID(n, i), Class: classes[o], Outcome: string(o), Title: visible(b.place.Block, false), Line: b.place.Line,
			Tests: len(b.tests), Reason: b.reason(f.name),
		}
		if !b.inside {
			block.Title = "outside of blocks"
		}
		if b.seconds > 0 {
			block.Time = duration(b.seconds)
		}
		if len(b.failures) > 0 {
			block.Href = "#" + block.ID + "-0"
		}
		for _, m := range b.findings.Sorted() {
			block.Findings = append(block.Findings, pageMark{"#f" + m.Key, string(m.Verdict), tone(m.Finding)})
			if m.Fails && p.Class == "ok" {
				p.Class = "leaks"
			}
		}
		p.Blocks = append(p.Blocks, block)
	}
	return p
}

// tone is the class of a finding.
func tone(f Finding) string {
	if f.Fails {
		return "bad"
	}
	return "dim"
}

func (j *Journal) pageFinding(m Merged, files []*fileLog) pageFinding {
	p := pageFinding{
		ID: "f" + m.Key, Verdict: string(m.Verdict), Class: tone(m.Finding), About: m.about(), Fails: m.Fails, Sentence: m.sentence(),
		Note: visible(m.Note, false),
	}
	p.Stack = m.paintedStack(false)
	if whole := m.paintedStack(true); whole != p.Stack {
		p.Whole = whole
	}
	for _, line := range m.blameLines() {
		p.Blame = append(p.Blame, visible(line, false))
	}
	if len(p.Blame) == 0 {
		for _, line := range m.Lua {
			p.Lua = append(p.Lua, visible(line, false))
		}
	}
	if entry, err := m.suppression([]string{j.run.Nginx}); err == nil {
		p.Suppression = legal(strings.TrimSuffix(entry.String(), "\n"))
	}
	for n, f := range files {
		for i, b := range f.blocks {
			here := b.findings.byKey[m.Key]
			if here == nil {
				continue
			}
			spot := pageSpot{Href: "#" + blockID(n, i), Text: visible(b.place.title(f.name), false), Request: here.request(here.Tests[0].which()), Charts: here.charts()}
			if here.Verdict != m.Verdict {
				spot.Verdict = string(here.Verdict)
			}
			p.Tests = append(p.Tests, spot)
		}
	}
	return p
}

// paintedStack is the stack of a finding, and those that Valgrind tells with it.
func (f Finding) paintedStack(whole bool) template.HTML {
	lines := f.stackLines(f.Stack, f.ownFrames(), palette{true}, whole)
	for _, extra := range f.Extra {
		lines = append(lines, visible(strings.TrimSpace(extra.What), false))
		lines = append(lines, f.stackLines(extra.Stack, f.ownExtra(extra.Stack), palette{true}, whole)...)
	}
	return painted(outdented(strings.Join(lines, "\n")))
}

// outdented is a text without the blanks that all its lines begin with.
func outdented(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	least := len(text)
	for _, line := range lines {
		if line != "" {
			least = min(least, len(line)-len(strings.TrimLeft(line, " ")))
		}
	}
	for i, line := range lines {
		lines[i] = line[min(least, len(line)):]
	}
	return strings.Join(lines, "\n")
}
