package interp

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func init() {
	coreModules["File::Slurp"] = func(in *Interp) {
		in.exporting("File::Slurp", []string{"read_file", "write_file", "overwrite_file", "append_file", "read_dir"}, []string{"slurp", "rf", "wf"})
		for _, name := range []string{"read_file", "slurp", "rf"} {
			in.DefineSub("File::Slurp::"+name, func(c *Call) (List, error) { return in.slurpRead(c) })
		}
		for _, name := range []string{"write_file", "overwrite_file", "append_file", "wf"} {
			in.DefineSub("File::Slurp::"+name, func(c *Call) (List, error) { return in.slurpWrite(c, name == "append_file") })
		}
		in.DefineSub("File::Slurp::read_dir", func(c *Call) (List, error) { return in.slurpDir(c) })
	}
}

// slurpOptions are the options of a call: a hash in args[1], or for those that read the pairs from there on.
func slurpOptions(c *Call, pairs bool, known string) (o *Hash, rest List, err error) {
	if IsRef(c.Arg(0)) {
		return nil, nil, unsupported("File::Slurp on a handle")
	}
	o, rest = NewHash(), c.Args[min(1, len(c.Args)):]
	if h, ok := c.Arg(1).(*Hash); ok && refType(c.Arg(1)) == "HASH" {
		o, rest = h, rest[1:]
	} else if pairs {
		o.Assign(rest.Values())
	}
	for _, k := range o.Keys() {
		if !slices.Contains(strings.Fields(known), k) {
			return nil, nil, unsupported("File::Slurp's option %s", k)
		}
	}
	return o, rest, nil
}

// slurpFailed is what becomes of a failure: an error unless the options ask for less.
func (in *Interp) slurpFailed(c *Call, o *Hash, doing string, err error) (List, error) {
	in.failed(err)
	text := doing + ": " + errnoText(in.errno)
	switch Str(o.Get("err_mode")) {
	case "quiet":
	case "carp":
		in.Warn(text + in.shortMessage())
	default:
		return nil, die("%s", text)
	}
	if c.Want == ListContext {
		return nil, nil
	}
	return NewList(nil), nil
}

func (in *Interp) slurpRead(c *Call) (List, error) {
	o, _, err := slurpOptions(c, true, "array_ref scalar_ref chomp err_mode blk_size binmode")
	if err != nil {
		return nil, err
	}
	if mode := Str(o.Get("binmode")); mode != "" && mode != ":raw" {
		return nil, unsupported("read_file with binmode %s", mode)
	}
	b, err := os.ReadFile(in.abs(c.Str(0)))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) || !isDir(in.abs(c.Str(0))) {
			return in.slurpFailed(c, o, "read_file '"+c.Str(0)+"' - open", err)
		}
		return in.slurpFailed(c, o, "read_file '"+c.Str(0)+"' - read", err)
	}
	text := string(b)
	if c.Want != ListContext && !Truth(o.Get("array_ref")) {
		if Truth(o.Get("scalar_ref")) {
			return NewList(&Scalar{v: text}), nil
		}
		return NewList(text), nil
	}
	if sep := in.inputSep.scalar().Get(); sep == nil || Str(sep) != "\n" {
		return nil, unsupported("read_file of lines where $/ is no newline")
	}
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if Truth(o.Get("chomp")) {
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], "\n")
		}
	}
	if Truth(o.Get("array_ref")) {
		return NewList(NewArray(anyStrings(lines)...)), nil
	}
	return Strings(lines...), nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (in *Interp) slurpWrite(c *Call, add bool) (List, error) {
	o, data, err := slurpOptions(c, false, "append atomic err_mode no_clobber perms buf_ref binmode")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"perms", "buf_ref", "binmode"} {
		if o.Get(name) != nil {
			return nil, unsupported("write_file's option %s", name)
		}
	}
	text := ""
	switch first := data.at(0).(type) {
	case *Scalar:
		text = Str(first.Get())
	case *Array:
		text = Str(joinValues("", NewList(first.Values()...)))
	default:
		text = concatArgs(data)
	}
	flags := os.O_WRONLY | os.O_CREATE
	switch {
	case add || Truth(o.Get("append")):
		flags |= os.O_APPEND
	default:
		flags |= os.O_TRUNC
	}
	if Truth(o.Get("no_clobber")) {
		flags |= os.O_EXCL
	}
	f, err := os.OpenFile(in.abs(c.Str(0)), flags, 0o666)
	if err != nil {
		return in.slurpFailed(c, o, "write_file '"+c.Str(0)+"' - sysopen", err)
	}
	_, err = f.WriteString(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return in.slurpFailed(c, o, "write_file '"+c.Str(0)+"' - print", err)
	}
	return NewList(one), nil
}

// at is item i of the list, undef beyond its end.
func (l List) at(i int) Value {
	if i >= len(l) {
		return nil
	}
	return l[i].Get()
}

func (in *Interp) slurpDir(c *Call) (List, error) {
	o, _, err := slurpOptions(c, true, "err_mode prefix")
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(in.abs(c.Str(0)))
	if err != nil {
		return in.slurpFailed(c, o, "read_dir '"+c.Str(0)+"' - opendir", err)
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if Truth(o.Get("prefix")) {
			name = filepath.Join(c.Str(0), name)
		}
		names = append(names, name)
	}
	if c.Want != ListContext {
		return NewList(NewArray(anyStrings(names)...)), nil
	}
	return Strings(names...), nil
}
