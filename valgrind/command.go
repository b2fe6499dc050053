package valgrind

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Setup says how a command is to run under Valgrind.
type Setup struct {
	Tool Tool
	// Options are the user's own, as text for a shell without expansions. Nothing, or digits alone, stands for Memcheck
	// with the options that find leaks.
	Options string
	// Dir is an existing directory of this run alone: the XML files, the pipes of vgdb and the built-in suppressions are
	// put there. Valgrind puts the pid into file names.
	Dir string
	// WorkDir is where the command starts; a valgrind.suppress there is always read. "" is the current directory.
	WorkDir string
	// Suppressions are the user's further suppression files.
	Suppressions []string
	// Builtin is the text of suppressions that come with the program, "" for none.
	Builtin string
	// Label is part of the names of the files that a tool such as massif writes for its user: processes in several pid
	// namespaces have the same pids. "" leaves the names as they are.
	Label string
	// Text asks for Valgrind's text on stderr, not for XML.
	Text bool
	// ExitOnFirstError ends the process at its first error with the exit status 1, if this Valgrind can.
	ExitOnFirstError bool
	// TraceChildren follows programs that the command starts. Processes that it only forks are followed anyway.
	TraceChildren bool
	// Forks lets vgdb reach processes that the command only forks. Programs that it starts are followed if TraceChildren says so.
	Forks bool
}

// Plan is a setup made ready.
type Plan struct {
	// Args are the valgrind program and its options; the command to run goes behind them.
	Args []string
	// ToolName is memcheck, helgrind...
	ToolName string
	// XML is the pattern of the XML files, Dir/%p.xml, or "" when there are none: text, or a tool that reports no errors.
	XML string
	// Text says that the reports come as text, on stderr or in the user's own log file.
	Text bool
	// VgdbPrefix is what Vgdb needs, or "" where the process can not be asked.
	VgdbPrefix string
	// LeakChecks says that the process can be asked for leak checks while it lives.
	LeakChecks bool
	// NoLeaks says that the user does not want to hear of leaks. Valgrind's XML has them all the same.
	NoLeaks bool
	// Notes tell the user which options were dropped or changed, and why.
	Notes []string

	options string // of the user's own
	own     bool   // there are options or suppression files of the user's own
}

// outFile is the option, by tool, that names the file in which the tool leaves what it has measured.
var outFile = map[string]string{
	"massif": "--massif-out-file", "callgrind": "--callgrind-out-file", "cachegrind": "--cachegrind-out-file", "dhat": "--dhat-out-file",
	"exp-bbv": "--bb-out-file",
}

// XMLFile is the file of one process, "" when there is none.
func (p Plan) XMLFile(pid int) string { return strings.ReplaceAll(p.XML, "%p", fmt.Sprint(pid)) }

// reporting are the tools that report errors, and so write XML and take suppressions.
var reporting = []string{"memcheck", "helgrind", "drd"}

var digits = expression(`^\s*\d*\s*$`)

// Plan checks the setup and gives the arguments. It reads the suppression files, since Valgrind ends with a message
// nobody connects with the test at the first mistake in one, and writes the built-in ones to Dir.
func (s Setup) Plan() (Plan, error) {
	words, err := Split(s.Options)
	if err != nil {
		return Plan{}, fmt.Errorf("valgrind options %q: %w", s.Options, err)
	}
	standard := digits().MatchString(s.Options)
	if standard {
		words = []string{"--tool=memcheck", "--leak-check=full", "--show-possibly-lost=no"}
	}
	p := Plan{ToolName: "memcheck", Text: s.Text, options: s.Options, own: !standard}
	o := options{setup: s, plan: &p}
	kept, err := o.sift(words)
	if err != nil {
		return Plan{}, err
	}
	reports := slices.Contains(reporting, p.ToolName)
	var files []string
	if reports {
		if files, err = s.suppressionFiles(); err != nil {
			return Plan{}, err
		}
	}
	p.own = p.own || o.ownFile(files)
	args := []string{s.Tool.program()}
	if o.quiet(kept, files) {
		args = append(args, "-q")
	}
	args = append(args, kept...)
	add := func(option string) {
		if !o.has(kept, option) {
			args = append(args, option)
		}
	}
	if reports {
		if s.Tool.AtLeast(3, 14) {
			add("--keep-debuginfo=yes")
		}
		add("--num-callers=100")
		add("--gen-suppressions=all")
		add("--error-limit=no")
		add("--fullpath-after=") // text names sources with their directories, as XML does anyway
		if !p.Text {
			p.XML = filepath.Join(s.Dir, "%p.xml")
			args = append(args, "--xml=yes", "--xml-file="+p.XML)
		}
		for _, f := range files {
			args = append(args, "--suppressions="+f)
		}
	} else {
		p.Text = false
		p.Notes = append(p.Notes, "valgrind's tool "+p.ToolName+" reports no errors: there will be no findings")
		if out := outFile[p.ToolName]; out != "" && s.Label != "" && !o.has(kept, out) {
			args = append(args, out+"="+p.ToolName+".out."+s.Label+".%p")
		}
	}
	if s.Forks && !s.TraceChildren && !o.has(kept, "--trace-children") {
		add("--trace-children-skip=*") // without --trace-children=yes a forked process has no pipe of vgdb's
	}
	if s.Forks || s.TraceChildren {
		add("--trace-children=yes")
	}
	if s.ExitOnFirstError && reports {
		if s.Tool.AtLeast(3, 14) {
			add("--exit-on-first-error=yes")
			add("--error-exitcode=1")
		} else {
			p.Notes = append(p.Notes, "this valgrind can not stop at its first error")
		}
	}
	if !o.noVgdb {
		p.VgdbPrefix = filepath.Join(s.Dir, "vgdb")
		args = append(args, "--vgdb-prefix="+p.VgdbPrefix)
		p.LeakChecks = p.ToolName == "memcheck" && !p.NoLeaks
	}
	p.Args = args
	return p, nil
}

// options goes through the user's options.
type options struct {
	setup  Setup
	plan   *Plan
	noVgdb bool
}

// sift drops or adapts what would keep the reports from being read.
func (o *options) sift(words []string) ([]string, error) {
	var kept []string
	note := func(word, why string) { o.plan.Notes = append(o.plan.Notes, "valgrind option "+word+": "+why) }
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch {
		case !strings.HasPrefix(word, "-"):
			return nil, fmt.Errorf("valgrind options %q: %q is no option (options have no blank before their value: --name=value)", o.setup.Options, word)
		case word == "--":
			continue
		case slices.Contains([]string{"-h", "--help", "--help-debug", "--help-dyn-options", "--version"}, name):
			return nil, fmt.Errorf("valgrind options %q: with %s valgrind runs nothing (leave it out)", o.setup.Options, name)
		case name == "--tool":
			o.plan.ToolName = value
		case word == "--xml=no":
			o.plan.Text = true
			continue
		case name == "--xml":
			continue
		case strings.HasPrefix(name, "--xml-") && name != "--xml-user-comment":
			note(word, "dropped, the reports are read from a file of this run's own")
			continue
		case name == "--log-file" || name == "--log-fd" || name == "--log-socket":
			if o.plan.Text {
				note(word, "dropped, the reports are read from stderr")
				continue
			}
		case name == "--gen-suppressions" && value != "all":
			note(word, "all is used: each finding says what would silence it, and nobody is there to answer a question")
			word = "--gen-suppressions=all"
		case name == "--leak-check":
			o.plan.NoLeaks = value == "no"
			if value != "summary" {
				break
			}
			note(word, "leaks are told all the same: Valgrind's XML always has them, and running processes are asked for them")
		case word == "--vgdb=no":
			o.noVgdb = true
			note(word, "the process can not be asked while it lives: leaks are told at its end only")
		case name == "--vgdb-prefix":
			note(word, "dropped, a private one is used")
			continue
		case name == "--vgdb-error", name == "--vgdb-stop-at":
			note(word, "dropped, the process would wait for a debugger")
			continue
		case word == "--child-silent-after-fork=yes":
			note(word, "dropped, it hides what worker processes say")
			continue
		case name == "--error-markers":
			if o.plan.Text {
				note(word, "dropped, the markers are no part of a report")
				continue
			}
		}
		kept = append(kept, word)
	}
	if o.plan.Text {
		kept = slices.DeleteFunc(kept, func(w string) bool {
			return strings.HasPrefix(w, "--log-file=") || strings.HasPrefix(w, "--log-fd=") || strings.HasPrefix(w, "--log-socket=")
		})
	}
	return kept, nil
}

// quiet says whether -q goes with the options. Without it the XML says at its end which suppressions hid something, which
// only matters for files of the user's.
func (o *options) quiet(kept, files []string) bool {
	if o.has(kept, "-v") || o.has(kept, "--verbose") || o.has(kept, "-q") || o.has(kept, "--quiet") {
		return false
	}
	return o.plan.Text || !o.ownFile(files)
}

// ownFile says whether one of the suppression files is the user's.
func (o *options) ownFile(files []string) bool {
	return slices.ContainsFunc(files, func(f string) bool { return f != o.setup.builtinFile() })
}

func (s Setup) builtinFile() string { return filepath.Join(s.Dir, "builtin.suppress") }

// has says whether the user set the option themselves.
func (o *options) has(kept []string, option string) bool {
	name, _, _ := strings.Cut(option, "=")
	return slices.ContainsFunc(kept, func(w string) bool { return w == name || strings.HasPrefix(w, name+"=") })
}

// suppressionFiles are the absolute names of all suppression files, the built-in ones written out.
func (s Setup) suppressionFiles() ([]string, error) {
	var files []string
	if s.Builtin != "" {
		name := s.builtinFile()
		if err := os.WriteFile(name, []byte(s.Builtin), 0o644); err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	candidates := slices.Clone(s.Suppressions)
	standing := filepath.Join(s.WorkDir, "valgrind.suppress")
	if info, err := os.Stat(standing); err == nil && info.Mode().IsRegular() {
		candidates = append([]string{standing}, candidates...)
	}
	for _, name := range candidates {
		if !filepath.IsAbs(name) {
			full, err := filepath.Abs(name)
			if err != nil {
				return nil, err
			}
			name = full
		}
		if slices.Contains(files, name) {
			continue
		}
		if _, err := ReadSuppressions(name); err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	return files, nil
}

// Split cuts a line into words as a shell does that expands nothing: blanks part words, quotes and backslashes keep.
func Split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	in, quote := false, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == '\'' && c != '\'':
			word.WriteByte(c)
		case c == '\\' && i+1 < len(line) && (quote == 0 || strings.IndexByte("\"\\$`", line[i+1]) >= 0):
			i++
			word.WriteByte(line[i])
			in = true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '\'' || c == '"':
			quote, in = c, true
		case c == ' ' || c == '\t' || c == '\n':
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteByte(c)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a %c is not closed", quote)
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}
