package outside

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/valgrind"
)

// command is what a command line comes to.
type command struct {
	args     []string // with the path of the program
	programs []string // paths of programs that are not the user's code
	script   int      // where in args busted's script is; 0: it is not busted
	runner   bool     // it is resty, which starts another program under what it is told
	trace    bool     // it is a shell's or the like: what it starts is meant
	valgrind string   // options for Valgrind that the command line had
}

// under is the command line under Valgrind. pin is the file of pin.lua, for Lua that does not read LUA_INIT.
func (c command) under(valgrind []string, pin string) []string {
	if c.runner {
		return append([]string{c.args[0], "--user-runner=" + join(valgrind), "-e", "dofile[[" + pin + "]]"}, c.args[1:]...)
	}
	return append(slices.Clone(valgrind), c.args...)
}

// hooked has busted run a Lua file first. The words are such that a shell leaves them as they are: busted hands its
// arguments to one, unquoted, where it is to run under another Lua.
func (c command) hooked(file string) command {
	c.args = slices.Insert(slices.Clone(c.args), c.script+1, "-e", "dofile[["+file+"]]")
	return c
}

// missing says how to get a program that is not there.
var missing = map[string]string{
	"resty":  "it comes with OpenResty: https://openresty.org/en/linux-packages.html; Debian's nginx has none",
	"busted": "to get it: apt-get install lua-busted luajit2, or luarocks install busted",
	"luajit": "to get it: apt-get install luajit2",
}

// shells are programs that do nothing themselves.
var shells = []string{"sh", "ash", "bash", "dash", "ksh", "zsh", "env", "make", "busybox", "time", "nice"}

// recognise finds out what a command line is about.
func recognise(args []string) (command, error) {
	if len(args) == 0 {
		return command{}, errors.New("exec: there is no command (ngxtest exec -- luajit x.lua)")
	}
	c := command{args: slices.Clone(args)}
	if err := c.find(0); err != nil {
		return c, err
	}
	if name(c.args[0]) == "valgrind" {
		return c, errors.New("exec: the command runs under Valgrind anyway: leave valgrind out (--valgrind=OPTIONS takes its options)")
	}
	for range 4 { // a script may be run by a script
		if !c.unfold() {
			break
		}
	}
	c.programs = append(c.programs, c.args[0])
	switch {
	case c.isResty():
		if err := c.resty(); err != nil {
			return c, err
		}
	case slices.Contains(shells, name(c.args[0])):
		c.trace = true
	}
	c.busted()
	return c, nil
}

func name(path string) string { return filepath.Base(path) }

// find replaces the name of a program by its path.
func (c *command) find(i int) error {
	path, err := exec.LookPath(c.args[i])
	if err != nil {
		what := "no such program in $PATH"
		if !errors.Is(err, exec.ErrNotFound) {
			var problem syscall.Errno
			what = "cannot be run: " + err.Error()
			if errors.As(err, &problem) {
				what = "cannot be run: " + problem.Error()
			}
		}
		if how := missing[name(c.args[i])]; how != "" {
			what += " (" + how + ")"
		}
		return fmt.Errorf("%s: %s", c.args[i], what)
	}
	c.args[i] = path
	return nil
}

// unfold puts the interpreter before a script, as the kernel would: under Valgrind it would be env otherwise that runs.
// resty stays a script: it is not what is to be looked at.
func (c *command) unfold() bool {
	if c.isResty() {
		return false
	}
	f, err := os.Open(c.args[0])
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 256)
	n, _ := io.ReadFull(f, head)
	line, _, _ := bytes.Cut(head[:n], []byte("\n"))
	line, isScript := bytes.CutPrefix(line, []byte("#!"))
	if !isScript {
		return false
	}
	program, argument, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
	words := []string{program}
	if argument = strings.TrimSpace(argument); argument != "" {
		words = append(words, argument)
	}
	if name(program) == "env" {
		words = strings.Fields(strings.TrimPrefix(argument, "-S"))
	}
	if len(words) == 0 {
		return false
	}
	unfolded := command{args: append(words, c.args...)}
	if unfolded.find(0) != nil {
		return false
	}
	c.args = unfolded.args
	return true
}

func (c *command) isResty() bool { return name(c.args[0]) == "resty" }

// restyValues are the options of resty whose value is the next argument.
var restyValues = []string{"-c", "-e", "-I", "-j", "-l", "--errlog-level", "--http-conf", "--http-include", "--load-module",
	"--main-conf", "--main-include", "--nginx", "--ns", "--shdict", "--stream-conf"}

// resty takes out what asks for Valgrind: resty's own way has no XML and keeps no debug information.
func (c *command) resty() error {
	c.runner = true
	out := c.args[:1:1]
	rest := c.args[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") && rest[0] != "--" {
		option, value, attached := strings.Cut(rest[0], "=")
		switch {
		case option == "--gdb", option == "--gdb-opts", option == "--rr", option == "--stap", option == "--stap-opts", option == "--user-runner":
			return fmt.Errorf("exec: resty %s: nginx can run under one program only, and that is Valgrind (leave %s out)", option, option)
		case option == "--valgrind":
			rest = rest[1:]
		case option == "--valgrind-opts" && attached:
			c.valgrind, rest = value, rest[1:]
		case option == "--valgrind-opts" && len(rest) > 1:
			c.valgrind, rest = rest[1], rest[2:]
		case slices.Contains(restyValues, option) && !attached && len(rest) > 1:
			out, rest = append(out, rest[:2]...), rest[2:]
		default:
			out, rest = append(out, rest[0]), rest[1:]
		}
	}
	c.args = append(out, rest...)
	return nil
}

// busted finds busted's script among the arguments. The Lua that it is to run under is put in place: busted would start
// it as another process.
func (c *command) busted() {
	at := slices.IndexFunc(c.args, func(arg string) bool { return name(arg) == "busted" })
	if at < 0 || at > 0 && !c.runner && !c.trace && !strings.HasPrefix(name(c.args[0]), "lua") {
		return
	}
	c.script = at
	lua := bustedLua(c.args[at+1:])
	if lua == "" || slices.Contains(c.args, "--ignore-lua") {
		return
	}
	path, err := exec.LookPath(lua)
	if err != nil || c.runner || c.trace {
		c.trace = true // busted starts it, or says that there is none
		return
	}
	c.args = append([]string{path, c.args[at], "--ignore-lua"}, c.args[at+1:]...)
	c.programs, c.script = append(c.programs, path), 1
}

var configuredLua = lazyregexp.New(`(?m)^[^-\n]*\blua\s*=\s*["']([^"']+)["']`)

// bustedLua is the Lua that busted is to run under, by its options or by the file .busted; "" where nothing says so.
func bustedLua(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lua="); ok {
			return value
		}
		if arg == "--lua" && i+1 < len(args) {
			return args[i+1]
		}
	}
	text, err := os.ReadFile(".busted")
	if m := configuredLua.FindSubmatch(text); err == nil && m != nil {
		return string(m[1])
	}
	return ""
}

// join is what valgrind.Split takes apart.
func join(words []string) string {
	var out []string
	for _, w := range words {
		if back, err := valgrind.Split(w); err != nil || len(back) != 1 || back[0] != w {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}
