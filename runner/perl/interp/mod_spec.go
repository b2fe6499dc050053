package interp

import (
	"path/filepath"
	"strings"
)

func init() {
	coreModules["File::Spec"] = func(in *Interp) { in.defineFileSpec() }
	coreModules["File::Spec::Unix"] = func(in *Interp) { in.requireModule("File::Spec") }
	coreModules["File::Spec::Functions"] = func(in *Interp) {
		in.requireModule("File::Spec")
		in.exporting("File::Spec::Functions", strings.Fields("canonpath curdir rootdir updir no_upwards file_name_is_absolute path catdir catfile"),
			strings.Fields("devnull tmpdir splitpath splitdir catpath abs2rel rel2abs case_tolerant"))
		for name := range fileSpec {
			in.DefineSub("File::Spec::Functions::"+name, func(c *Call) (List, error) {
				return fileSpec[name](in, c.Args.Values()), nil
			})
		}
	}
}

func (in *Interp) defineFileSpec() {
	for name, f := range fileSpec {
		in.DefineSub("File::Spec::"+name, func(c *Call) (List, error) {
			return f(in, c.Args[min(1, len(c.Args)):].Values()), nil
		})
	}
}

var fileSpec = map[string]func(in *Interp, a []Value) List{
	"canonpath":     func(_ *Interp, a []Value) List { return NewList(canonPath(Str(argOf(a, 0)))) },
	"curdir":        func(*Interp, []Value) List { return NewList(".") },
	"updir":         func(*Interp, []Value) List { return NewList("..") },
	"rootdir":       func(*Interp, []Value) List { return NewList("/") },
	"devnull":       func(*Interp, []Value) List { return NewList("/dev/null") },
	"tmpdir":        func(in *Interp, _ []Value) List { return NewList(canonPath(in.tmp())) },
	"case_tolerant": func(*Interp, []Value) List { return NewList(int64(0)) },
	"no_upwards": func(_ *Interp, a []Value) List {
		var out List
		for _, v := range a {
			if s := Str(v); s != "." && s != ".." {
				out = append(out, &Scalar{v: v})
			}
		}
		return out
	},
	"file_name_is_absolute": func(_ *Interp, a []Value) List {
		return NewList(boolean(strings.HasPrefix(Str(argOf(a, 0)), "/")))
	},
	"path":    func(in *Interp, _ []Value) List { return Strings(strings.Split(in.opts.Env["PATH"], ":")...) },
	"catdir":  func(_ *Interp, a []Value) List { return NewList(catDir(a)) },
	"join":    func(_ *Interp, a []Value) List { return NewList(catFile(a)) },
	"catfile": func(_ *Interp, a []Value) List { return NewList(catFile(a)) },
	"splitpath": func(_ *Interp, a []Value) List {
		path := Str(argOf(a, 0))
		if Truth(argOf(a, 1)) {
			return NewList("", path, "")
		}
		i := strings.LastIndexByte(path, '/')
		dir, file := path[:i+1], path[i+1:]
		if file == "." || file == ".." {
			dir, file = path, ""
		}
		return NewList("", dir, file)
	},
	"splitdir": func(_ *Interp, a []Value) List { return Strings(strings.Split(Str(argOf(a, 0)), "/")...) },
	"catpath": func(_ *Interp, a []Value) List {
		dir, file := Str(argOf(a, 1)), Str(argOf(a, 2))
		if dir != "" && file != "" && !strings.HasSuffix(dir, "/") && !strings.HasPrefix(file, "/") {
			dir += "/"
		}
		return NewList(dir + file)
	},
	"rel2abs": func(in *Interp, a []Value) List {
		path := Str(argOf(a, 0))
		if strings.HasPrefix(path, "/") {
			return NewList(canonPath(path))
		}
		base := in.dir
		if b := Str(argOf(a, 1)); b != "" {
			base = in.abs(b)
		}
		return NewList(catDir([]Value{base, path}))
	},
	"abs2rel": func(in *Interp, a []Value) List {
		base := in.dir
		if b := Str(argOf(a, 1)); b != "" {
			base = in.abs(b)
		}
		rel, err := filepath.Rel(base, in.abs(Str(argOf(a, 0))))
		if err != nil {
			return NewList(nil)
		}
		return NewList(rel)
	},
}

// canonPath tidies a path without looking at the disk: no "//", "/./", and no "/" at the end.
func canonPath(p string) string {
	if p == "" {
		return ""
	}
	var parts []string
	for _, s := range strings.Split(p, "/") {
		if s != "" && s != "." {
			parts = append(parts, s)
		}
	}
	out := strings.Join(parts, "/")
	if strings.HasPrefix(p, "/") {
		for strings.HasPrefix(out, "../") {
			out = out[3:]
		}
		if out == ".." {
			out = ""
		}
		return "/" + out
	}
	if out == "" {
		return "."
	}
	return out
}

func catDir(a []Value) string {
	if len(a) == 0 {
		return ""
	}
	var parts []string
	for _, v := range a {
		parts = append(parts, Str(v))
	}
	return canonPath(strings.Join(append(parts, ""), "/"))
}

func catFile(a []Value) string {
	if len(a) == 0 {
		return ""
	}
	file := canonPath(Str(a[len(a)-1]))
	if len(a) == 1 {
		return file
	}
	dir := catDir(a[:len(a)-1])
	if dir != "" && !strings.HasSuffix(dir, "/") {
		dir += "/"
	}
	return dir + file
}
