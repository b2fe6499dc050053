package interp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/syntax"
)

func (c *compiler) require(x *syntax.Func) expr {
	switch a := x.Args[0].(type) {
	case *syntax.Bareword:
		name := a.Name
		return value(func(fr *frame) Value { fr.in.requireModule(name); return one })
	case *syntax.Num:
		return newLiteral(one)
	case *syntax.Str:
		if strings.HasPrefix(a.Value, "v5") {
			return newLiteral(one)
		}
	}
	file := c.expr(x.Args[0])
	return value(func(fr *frame) Value {
		v := file.scalar(fr)
		if _, isNumber := v.(float64); isNumber {
			return one
		}
		fr.in.requireFile(Str(v))
		return one
	})
}

// loaded reports whether a module was loaded.
func (in *Interp) loaded(name string) bool {
	return in.incHash.hash().Lookup(moduleFile(name)) != nil
}

func moduleFile(name string) string { return strings.ReplaceAll(name, "::", "/") + ".pm" }

// Require loads a module as `require Name` does.
func (in *Interp) Require(name string) error {
	return in.protect(func() { in.requireModule(name) })
}

func (in *Interp) requireModule(name string) {
	if _, ok := pragmas[name]; ok {
		return
	}
	in.requireFile(moduleFile(name))
}

// requireFile loads a file once.
func (in *Interp) requireFile(file string) {
	incs := in.incHash.hash()
	if s := incs.Lookup(file); s != nil {
		if s.Get() == nil {
			throw(die("Attempt to reload %s aborted.\nCompilation failed in require", file))
		}
		return
	}
	name := strings.ReplaceAll(strings.TrimSuffix(file, ".pm"), "/", "::")
	if m := in.modules[name]; m != nil && strings.HasSuffix(file, ".pm") {
		incs.Put(file, "(built in)/"+file)
		if !m.ready {
			m.ready = true
			in.pkgOf(name)
			if m.setup != nil {
				m.setup(in)
			}
		}
		return
	}
	path, src, ok := in.searchInc(file)
	if !ok {
		in.cannotLocate(file, name)
	}
	incs.Put(file, path)
	var v Value
	err := in.protect(func() { v, _ = in.runFile(path, src, ScalarContext) })
	if err != nil {
		incs.Delete(file)
		if d, ok := err.(*Die); ok {
			incs.Put(file, nil)
			if _, isText := d.Value.(string); isText {
				d.Value = Str(d.Value) + "Compilation failed in require" + placeText(in.cop.file, in.cop.line)
			}
		}
		throw(err)
	}
	if !Truth(v) {
		incs.Delete(file)
		throw(die("%s did not return a true value", file))
	}
}

// searchInc finds a file along @INC.
func (in *Interp) searchInc(file string) (path, src string, ok bool) {
	if filepath.IsAbs(file) || strings.HasPrefix(file, "./") || strings.HasPrefix(file, "../") {
		b, err := os.ReadFile(in.abs(file))
		return file, string(b), err == nil
	}
	for _, dir := range in.inc.array().Values() {
		if IsRef(dir) {
			throw(unsupported("a reference in @INC"))
		}
		p := Str(dir) + "/" + file
		if st, err := os.Stat(in.abs(p)); err != nil || st.IsDir() {
			continue
		}
		b, err := os.ReadFile(in.abs(p))
		if err != nil {
			throw(die("Can't locate %s: %s", p, err))
		}
		return p, string(b), true
	}
	return "", "", false
}

// cannotLocate ends the program for a module: whether it exists is for a real perl to say. For other files it is what
// Perl dies with.
func (in *Interp) cannotLocate(file, name string) {
	if strings.HasSuffix(file, ".pm") {
		throw(unsupported("module %s (neither built in nor found in @INC)", name))
	}
	throw(die("Can't locate %s in @INC (@INC contains: %s)", file, in.incText()))
}

func (in *Interp) incText() string {
	var dirs []string
	for _, v := range in.inc.array().Values() {
		dirs = append(dirs, Str(v))
	}
	return strings.Join(dirs, " ")
}

// runFile compiles and runs a file that the program loads.
func (in *Interp) runFile(path, src string, want Want) (Value, List) {
	cf := callFrame{from: in.cop, want: want, eval: "require", text: path}
	in.calls = append(in.calls, cf)
	locals := len(in.locals)
	body := in.compileText(path, src, 1, "main")
	v, l := in.runUnit(body, want)
	l = l.copied()
	in.unwind(locals)
	in.calls = in.calls[:len(in.calls)-1]
	return v, l
}

// doFile is do FILE.
func (in *Interp) doFile(file string, want Want) (v Value, l List) {
	path, src, ok := in.searchInc(file)
	if !ok {
		in.setErrno(errNoEntry)
		return nil, nil
	}
	in.incHash.hash().Put(file, path)
	in.try(callFrame{from: in.cop, want: want, eval: "block"}, func() { v, l = in.runFile(path, src, want) })
	return v, l
}

// dataHandle makes the text behind __DATA__ readable.
func (in *Interp) dataHandle(prog *syntax.Program) {
	if prog == nil || !prog.HasData {
		return
	}
	pkg := prog.DataIn
	if pkg == "" {
		pkg = "main"
	}
	in.SetData(pkg, prog.Data)
}

// SetData makes text what the DATA handle of a package reads.
func (in *Interp) SetData(pkg, text string) {
	g := in.pkgOf(pkg).glob("DATA")
	g.io = &Handle{name: "DATA", r: newSource(strings.NewReader(text))}
}

// importName is what Exporter does for one name.
func (in *Interp) importName(from, into, name string) {
	if name == "" {
		return
	}
	sigil, base := byte('&'), name
	if strings.IndexByte("&$@%*", name[0]) >= 0 {
		sigil, base = name[0], name[1:]
	}
	src, dst := in.pkgOf(from).glob(base), in.pkgOf(into).glob(base)
	switch sigil {
	case '$':
		dst.s = src.scalar()
		dst.imported |= importedScalar
	case '@':
		dst.a = src.array()
		dst.imported |= importedArray
	case '%':
		dst.h = src.hash()
		dst.imported |= importedHash
	case '*':
		in.assignGlob(dst, GlobValue{src})
	default:
		if src.c == nil {
			src.c = &Code{pkg: from, name: base}
		}
		dst.c = src.c
	}
}

// export is Exporter's import: class's names go to package into.
func (in *Interp) export(class, into string, args []Value) error {
	list := func(name string) []string {
		var out []string
		for _, v := range in.pkgOf(class).glob(name).array().Values() {
			out = append(out, Str(v))
		}
		return out
	}
	defaults, optional := list("EXPORT"), list("EXPORT_OK")
	tags := in.pkgOf(class).glob("EXPORT_TAGS").hash()
	allowed := map[string]bool{}
	for _, n := range append(append([]string{}, defaults...), optional...) {
		allowed[strings.TrimPrefix(n, "&")] = true
	}
	if len(args) == 0 {
		for _, n := range defaults {
			in.importName(class, into, n)
		}
		return nil
	}
	var chosen []string
	var problems strings.Builder
	for _, v := range args {
		name := Str(v)
		remove := strings.HasPrefix(name, "!")
		name = strings.TrimPrefix(name, "!")
		var names []string
		switch {
		case name == ":DEFAULT":
			names = defaults
		case strings.HasPrefix(name, ":"):
			a, ok := tags.Get(name[1:]).(*Array)
			if !ok {
				in.lacks(class, name)
				fmt.Fprintf(&problems, "\"%s\" is not defined in %%%s::EXPORT_TAGS\n", name[1:], class)
				continue
			}
			for _, t := range a.Values() {
				names = append(names, Str(t))
			}
		case strings.HasPrefix(name, "/"):
			return unsupported("a pattern in an import list")
		case name != "" && isDigit(name[0]):
			continue
		default:
			if !allowed[strings.TrimPrefix(name, "&")] {
				in.lacks(class, name)
				fmt.Fprintf(&problems, "\"%s\" is not exported by the %s module\n", strings.TrimPrefix(name, "&"), class)
				continue
			}
			names = []string{name}
		}
		if !remove {
			chosen = append(chosen, names...)
			continue
		}
		if len(chosen) == 0 {
			chosen = append(chosen, defaults...)
		}
		chosen = without(chosen, names)
	}
	if problems.Len() > 0 {
		in.Warn(problems.String())
		return die("Can't continue after import errors")
	}
	for _, n := range chosen {
		in.importName(class, into, n)
	}
	return nil
}

func without(list, names []string) []string {
	var out []string
next:
	for _, l := range list {
		for _, n := range names {
			if l == n {
				continue next
			}
		}
		out = append(out, l)
	}
	return out
}
