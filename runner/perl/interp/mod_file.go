package interp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

func init() {
	coreModules["Cwd"] = func(in *Interp) {
		in.exporting("Cwd", []string{"cwd", "getcwd", "fastcwd", "fastgetcwd"}, []string{"chdir", "abs_path", "fast_abs_path", "realpath", "fast_realpath"})
		for _, name := range []string{"cwd", "getcwd", "fastcwd", "fastgetcwd"} {
			in.DefineSub("Cwd::"+name, func(*Call) (List, error) { return NewList(in.dir), nil })
		}
		for _, name := range []string{"abs_path", "realpath", "fast_abs_path", "fast_realpath"} {
			in.DefineSub("Cwd::"+name, func(c *Call) (List, error) {
				path := "."
				if len(c.Args) > 0 {
					path = c.Str(0)
				}
				return NewList(in.realPath(path)), nil
			})
		}
	}
	coreModules["File::Basename"] = func(in *Interp) {
		in.exporting("File::Basename", []string{"fileparse", "fileparse_set_fstype", "basename", "dirname"}, nil)
		in.DefineSub("File::Basename::basename", func(c *Call) (List, error) {
			name, _, _ := in.fileParse(trimSlashes(c.Str(0)), suffixes(c), true)
			return NewList(name), nil
		})
		in.DefineSub("File::Basename::dirname", func(c *Call) (List, error) { return NewList(dirName(c.Str(0))), nil })
		in.DefineSub("File::Basename::fileparse", func(c *Call) (List, error) {
			name, dir, suffix := in.fileParse(c.Str(0), suffixes(c), false)
			if c.Want != ListContext {
				return NewList(name), nil
			}
			return NewList(name, dir, suffix), nil
		})
	}
	coreModules["File::Path"] = func(in *Interp) {
		in.exporting("File::Path", []string{"mkpath", "rmtree"}, []string{"make_path", "remove_tree"})
		for _, name := range []string{"mkpath", "make_path"} {
			in.DefineSub("File::Path::"+name, func(c *Call) (List, error) { return in.makePath(c) })
		}
		for _, name := range []string{"rmtree", "remove_tree"} {
			in.DefineSub("File::Path::"+name, func(c *Call) (List, error) { return in.removeTree(c) })
		}
	}
	coreModules["File::Temp"] = func(in *Interp) {
		in.exporting("File::Temp", []string{"tempfile", "tempdir", "tmpnam", "tmpfile", "unlink0", "cleanup"}, []string{"mktemp", "mkstemp", "mkdtemp"})
		in.ArrayVar("File::Temp::ISA").Push("IO::Handle")
		in.DefineSub("File::Temp::tempfile", func(c *Call) (List, error) { return in.tempFile(c) })
		in.DefineSub("File::Temp::tempdir", func(c *Call) (List, error) { return in.tempDir(c) })
		in.DefineSub("File::Temp::tmpnam", func(*Call) (List, error) {
			return NewList(fmt.Sprintf("%s/%s", in.tmp(), in.tempName("XXXXXXXXXX"))), nil
		})
	}
	coreModules["File::Copy"] = func(in *Interp) {
		in.exporting("File::Copy", []string{"copy", "move"}, []string{"cp", "mv"})
		for _, name := range []string{"copy", "cp"} {
			in.DefineSub("File::Copy::"+name, func(c *Call) (List, error) {
				return NewList(boolean(in.copyFile(c.Arg(0), c.Arg(1)))), nil
			})
		}
		for _, name := range []string{"move", "mv"} {
			in.DefineSub("File::Copy::"+name, func(c *Call) (List, error) {
				to := in.abs(c.Str(1))
				if st, err := os.Stat(to); err == nil && st.IsDir() {
					to += "/" + filepath.Base(c.Str(0))
				}
				in.act()
				return NewList(boolean(in.failed(os.Rename(in.abs(c.Str(0)), to)))), nil
			})
		}
	}
}

// realPath is a path without symbolic links; the last part need not exist.
func (in *Interp) realPath(path string) Value {
	path = in.abs(path)
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		in.failed(err)
		return nil
	}
	return filepath.Join(dir, filepath.Base(path))
}

func suffixes(c *Call) []string {
	var out []string
	for i := 1; i < len(c.Args); i++ {
		out = append(out, c.Str(i))
	}
	return out
}

func trimSlashes(p string) string {
	if t := strings.TrimRight(p, "/"); t != "" || p == "" {
		return t
	}
	return "/"
}

// fileParse splits a path into name, directory and suffix. Suffixes are patterns, for basename plain texts.
func (in *Interp) fileParse(path string, suffixes []string, plain bool) (name, dir, suffix string) {
	i := strings.LastIndexByte(path, '/')
	dir, name = path[:i+1], path[i+1:]
	if plain && path == "/" {
		return "/", "/", ""
	}
	if dir == "" {
		dir = "./"
	}
	for _, s := range suffixes {
		if plain {
			if rest, ok := strings.CutSuffix(name, s); ok {
				name, suffix = rest, s+suffix
			}
			continue
		}
		p := in.compilePattern("(?:"+s+")$", "s")
		if idx := in.find(p, name, 0, false); idx != nil {
			name, suffix = name[:idx[0]], name[idx[0]:]+suffix
		}
	}
	if plain && name == "" {
		name = suffix // what is nothing but a suffix keeps it
	}
	return name, dir, suffix
}

func dirName(path string) string {
	i := strings.LastIndexByte(path, '/')
	dir, base := path[:i+1], path[i+1:]
	if dir == "" {
		return "."
	}
	if base == "" {
		t := strings.TrimRight(dir, "/")
		if t == "" {
			return "/"
		}
		if i = strings.LastIndexByte(t, '/'); i < 0 {
			return "."
		}
		dir = t[:i+1]
	}
	if t := strings.TrimRight(dir, "/"); t != "" {
		return t
	}
	return "/"
}

// options takes the hash of options at the end of a call's arguments.
func options(c *Call) (*Hash, List) {
	if n := len(c.Args); n > 0 {
		if h, ok := c.Arg(n - 1).(*Hash); ok {
			return h, c.Args[:n-1]
		}
	}
	return &Hash{}, c.Args
}

func (in *Interp) makePath(c *Call) (List, error) {
	_, args := options(c)
	var paths []Value
	for i, a := range args {
		if arr, ok := a.Get().(*Array); ok {
			paths = append(paths, arr.Values()...)
			break
		}
		if i > 0 && c.Asked == "File::Path::mkpath" {
			break
		}
		paths = append(paths, a.Get())
	}
	var made List
	for _, p := range paths {
		path := in.abs(Str(p))
		var missing []string
		for d := path; d != "/" && d != "."; d = filepath.Dir(d) {
			if _, err := os.Stat(d); err == nil {
				break
			}
			missing = append([]string{d}, missing...)
		}
		for _, d := range missing {
			in.act()
			if err := os.Mkdir(d, 0o777); err != nil {
				in.failed(err)
				return nil, die("mkdir %s: %s", Str(p), errnoText(in.errno))
			}
			made = append(made, &Scalar{v: d})
		}
	}
	return countedList(c, made), nil
}

func (in *Interp) removeTree(c *Call) (List, error) {
	in.act()
	opts, args := options(c)
	keep := Truth(opts.Get("keep_root"))
	n := int64(0)
	for _, a := range args {
		paths := []Value{a.Get()}
		if arr, ok := a.Get().(*Array); ok {
			paths = arr.Values()
		}
		for _, p := range paths {
			root := in.abs(Str(p))
			if Str(p) == "" || filepath.Clean(root) == "/" {
				continue
			}
			_ = filepath.Walk(root, func(path string, _ os.FileInfo, err error) error {
				if err == nil && (path != root || !keep) {
					n++
				}
				return nil
			})
			if !keep {
				in.failed(os.RemoveAll(root))
				continue
			}
			entries, _ := os.ReadDir(root)
			for _, e := range entries {
				in.failed(os.RemoveAll(root + "/" + e.Name()))
			}
		}
	}
	return NewList(n), nil
}

func (in *Interp) tmp() string {
	if d := in.opts.Env["TMPDIR"]; d != "" {
		return d
	}
	return "/tmp"
}

const tempLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// tempName fills in the X at the end of a template.
func (in *Interp) tempName(template string) string {
	b := []byte(template)
	for i := len(b) - 1; i >= 0 && b[i] == 'X'; i-- {
		b[i] = tempLetters[in.generator().IntN(len(tempLetters))]
	}
	return string(b)
}

// tempArgs reads the arguments of tempfile and tempdir: an optional template, then options.
func tempArgs(c *Call) (template string, opts *Hash) {
	args := c.Args.Values()
	if len(args)%2 == 1 {
		template, args = Str(args[0]), args[1:]
	}
	opts = NewHash(args...)
	if t := opts.Get("TEMPLATE"); t != nil {
		template = Str(t)
	}
	return template, opts
}

func (in *Interp) tempPath(c *Call) (string, *Hash) {
	template, opts := tempArgs(c)
	dir := ""
	if d := opts.Get("DIR"); d != nil {
		dir = Str(d)
	} else if template == "" || Truth(opts.Get("TMPDIR")) {
		dir = in.tmp()
	}
	if template == "" {
		template = "XXXXXXXXXX"
	}
	name := in.tempName(template) + Str(opts.Get("SUFFIX"))
	if dir != "" {
		name = dir + "/" + name
	}
	return name, opts
}

func (in *Interp) tempFile(c *Call) (List, error) {
	for range 100 {
		path, opts := in.tempPath(c)
		g := in.newHandle("$fh")
		if !in.openFlags(g.io, path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) {
			if in.errno == syscall.EEXIST {
				continue
			}
			return nil, die("Error in tempfile() using template %s: Could not create temp file %s: %s", path, path, errnoText(in.errno))
		}
		if u := opts.Lookup("UNLINK"); u != nil && Truth(u.Get()) || c.Want != ListContext {
			in.tempPaths = append(in.tempPaths, in.abs(path))
		}
		if c.Want != ListContext {
			return NewList(g), nil
		}
		return NewList(g, path), nil
	}
	return nil, die("Error in tempfile(): no free name found")
}

func (in *Interp) tempDir(c *Call) (List, error) {
	for range 100 {
		path, opts := in.tempPath(c)
		err := os.Mkdir(in.abs(path), 0o700)
		if err == nil {
			if Truth(opts.Get("CLEANUP")) {
				in.tempPaths = append(in.tempPaths, in.abs(path))
			}
			return NewList(path), nil
		}
		if in.failed(err); in.errno != syscall.EEXIST {
			return nil, die("Error in tempdir() using %s: Could not create directory %s: %s", path, path, errnoText(in.errno))
		}
	}
	return nil, die("Error in tempdir(): no free name found")
}

// Cleanup removes the temporary files and directories that the program wanted to be removed at its end.
func (in *Interp) Cleanup() {
	for _, p := range in.tempPaths {
		_ = os.RemoveAll(p)
	}
	in.tempPaths = nil
}

func (in *Interp) copyFile(from, to Value) bool {
	var data []byte
	if h := in.handleOf(from, false); IsRef(from) && h != nil {
		s, _ := h.readRecord(nil)
		data = []byte(s)
	} else {
		b, err := os.ReadFile(in.abs(Str(from)))
		if !in.failed(err) {
			return false
		}
		data = b
	}
	if h := in.handleOf(to, false); IsRef(to) && h != nil {
		return h.write(string(data))
	}
	in.act()
	path := in.abs(Str(to))
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path += "/" + filepath.Base(Str(from))
	}
	return in.failed(os.WriteFile(path, data, 0o666))
}
