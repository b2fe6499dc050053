package interp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

func init() {
	coreModules["Data::Dumper"] = func(in *Interp) {
		in.exporting("Data::Dumper", []string{"Dumper"}, []string{"DumperX"})
		for name, v := range map[string]Value{"Indent": int64(2), "Terse": int64(0), "Sortkeys": int64(0), "Useqq": int64(0),
			"Deepcopy": int64(0), "Purity": int64(0), "Quotekeys": int64(1), "Pad": "", "Varname": "VAR", "Pair": " => ",
			"Maxdepth": int64(0), "Trailingcomma": int64(0), "Deparse": int64(0), "Sparseseen": int64(0)} {
			in.ScalarVar("Data::Dumper::" + name).Set(v)
		}
		in.DefineSub("Data::Dumper::Dumper", func(c *Call) (List, error) {
			return NewList(in.dump(in.dumpSettings(nil), c.Args.Values(), nil)), nil
		})
		in.DefineSub("Data::Dumper::new", func(c *Call) (List, error) {
			o := &Hash{}
			o.Put("todump", c.Arg(1))
			o.Put("names", c.Arg(2))
			return NewList(in.Bless(o, "Data::Dumper")), nil
		})
		in.DefineSub("Data::Dumper::Dump", func(c *Call) (List, error) {
			o, ok := c.Arg(0).(*Hash)
			if !ok {
				o = NewHash("todump", c.Arg(1), "names", c.Arg(2))
			}
			values, _ := o.Get("todump").(*Array)
			names, _ := o.Get("names").(*Array)
			if values == nil {
				return NewList(""), nil
			}
			return NewList(in.dump(in.dumpSettings(o), values.Values(), names)), nil
		})
		for _, name := range dumpSettingNames {
			in.DefineSub("Data::Dumper::"+name, func(c *Call) (List, error) {
				o, ok := c.Arg(0).(*Hash)
				if ok && len(c.Args) > 1 {
					o.Put(name, c.Arg(1))
					return c.Args[:1], nil
				}
				return NewList(o.Get(name)), nil
			})
		}
	}
	coreModules["Storable"] = func(in *Interp) {
		in.exporting("Storable", []string{"store", "retrieve"}, []string{"dclone", "freeze", "thaw", "nstore"})
		in.DefineSubProto("Storable::dclone", "$", func(c *Call) (List, error) {
			return NewList(deepCopy(c.Arg(0), map[Value]Value{})), nil
		})
		for _, name := range []string{"store", "retrieve", "freeze", "thaw", "nstore"} {
			in.DefineSub("Storable::"+name, func(*Call) (List, error) { return nil, unsupported("Storable::%s", name) })
		}
	}
}

var dumpSettingNames = []string{"Indent", "Terse", "Sortkeys", "Useqq", "Pad", "Varname", "Pair", "Quotekeys", "Deepcopy",
	"Maxdepth", "Trailingcomma", "Purity"}

// dumper writes values as Perl text.
type dumper struct {
	strings.Builder
	set   map[string]Value
	sort  *Code
	seen  map[Value]string // where a reference was written first
	in    *Interp
	depth int
}

func (in *Interp) dumpSettings(o *Hash) map[string]Value {
	set := map[string]Value{}
	for _, name := range dumpSettingNames {
		set[name] = in.ScalarVar("Data::Dumper::" + name).Get()
		if o != nil && o.Lookup(name) != nil {
			set[name] = o.Get(name)
		}
	}
	for _, name := range []string{"Purity", "Maxdepth", "Deepcopy", "Deparse", "Sparseseen", "Freezer", "Toaster"} {
		if Truth(set[name]) || Truth(in.ScalarVar("Data::Dumper::"+name).Get()) {
			throw(unsupported("Data::Dumper with %s", name))
		}
	}
	if Int(set["Indent"]) > 2 {
		throw(unsupported("Data::Dumper with Indent=3"))
	}
	return set
}

func (in *Interp) dump(set map[string]Value, values []Value, names *Array) string {
	var out strings.Builder
	seen := map[Value]string{}
	for i, v := range values {
		d := &dumper{set: set, seen: seen, in: in}
		d.sort, _ = set["Sortkeys"].(*Code)
		name := fmt.Sprintf("%s%d", Str(set["Varname"]), i+1)
		if names != nil && names.Get(i) != nil {
			if name = strings.TrimPrefix(Str(names.Get(i)), "$"); strings.HasPrefix(name, "*") {
				throw(unsupported("Data::Dumper with the name %s", name))
			}
		}
		prefix, end := "$"+name+" = ", ";"
		indent := ""
		if Truth(set["Terse"]) {
			prefix, end = "", ""
		} else if Int(set["Indent"]) >= 2 {
			indent = strings.Repeat(" ", len(prefix))
		}
		if Int(set["Indent"]) > 0 {
			end += "\n"
		}
		d.value(v, indent, "$"+name)
		text := prefix + d.String() + end
		if pad := Str(set["Pad"]); pad != "" {
			text = pad + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+pad) + "\n"
		}
		out.WriteString(text)
	}
	return out.String()
}

// inner is the indentation of what is inside a bracket.
func (d *dumper) inner(indent string, extra int) string {
	switch Int(d.set["Indent"]) {
	case 0:
		return ""
	case 1:
		return indent + "  "
	}
	return indent + "  " + strings.Repeat(" ", extra)
}

func (d *dumper) newline(indent string) {
	if Int(d.set["Indent"]) > 0 {
		d.WriteString("\n" + indent)
	}
}

func (d *dumper) value(v Value, indent, path string) {
	if !IsRef(v) {
		d.plain(v)
		return
	}
	if d.depth++; d.depth > 1000 {
		throw(die("Recursion limit of 1000 exceeded"))
	}
	defer func() { d.depth-- }()
	if at, ok := d.seen[v]; ok {
		d.WriteString(at)
		return
	}
	d.seen[v] = path
	p := blessedInto(v)
	if p != nil {
		d.WriteString("bless( ")
		if Int(d.set["Indent"]) >= 2 {
			indent += "       "
		}
	}
	switch r := v.(type) {
	case *Array:
		d.array(r, indent, path)
	case *Hash:
		d.hash(r, indent, path)
	case *Code:
		d.WriteString(`sub { "DUMMY" }`)
	case *Regexp:
		d.WriteString("qr/" + strings.ReplaceAll(r.source, "/", `\/`) + "/" + r.flags)
	case *Glob:
		d.WriteString(`\*` + r.pkg.name + "::" + r.name)
	case *Scalar:
		d.WriteString(`\`)
		d.value(r.Get(), d.inner(indent, 0), "${"+path+"}")
	}
	if p != nil {
		d.WriteString(", " + quoteSingle(p.name) + " )")
	}
}

// element is the path of an element of what is at path.
func element(path, sub string) string {
	if strings.HasSuffix(path, "]") || strings.HasSuffix(path, "}") && strings.Contains(path, "->") {
		return path + sub
	}
	return path + "->" + sub
}

func (d *dumper) array(a *Array, indent, path string) {
	if a.Len() == 0 {
		d.WriteString("[]")
		return
	}
	in := d.inner(indent, 0)
	d.WriteString("[")
	for i, v := range a.Values() {
		if i > 0 {
			d.WriteString(",")
		}
		d.newline(in)
		if Int(d.set["Indent"]) >= 3 {
			fmt.Fprintf(d, "#%d\n%s", i, in)
		}
		d.value(v, in, element(path, fmt.Sprintf("[%d]", i)))
	}
	d.close("]", indent)
}

func (d *dumper) close(bracket, indent string) {
	if Truth(d.set["Trailingcomma"]) && Int(d.set["Indent"]) > 0 {
		d.WriteString(",")
	}
	d.newline(indent)
	d.WriteString(bracket)
}

func (d *dumper) hash(h *Hash, indent, path string) {
	keys := h.Keys()
	if len(keys) == 0 {
		d.WriteString("{}")
		return
	}
	if d.sort != nil {
		if a, ok := d.in.callScalar(d.sort, NewList(h)).(*Array); ok {
			keys = nil
			for _, k := range a.Values() {
				keys = append(keys, keyString(k))
			}
		}
	} else if Truth(d.set["Sortkeys"]) {
		slices.Sort(keys)
	}
	in := d.inner(indent, 0)
	d.WriteString("{")
	for i, k := range keys {
		if i > 0 {
			d.WriteString(",")
		}
		d.newline(in)
		key := d.key(k)
		d.WriteString(key + Str(d.set["Pair"]))
		deeper := in
		if Int(d.set["Indent"]) >= 2 {
			deeper += strings.Repeat(" ", len(key)+len(Str(d.set["Pair"])))
		}
		d.value(h.Get(k), deeper, element(path, "{"+key+"}"))
	}
	d.close("}", indent)
}

var bareKey = lazyregexp.New(`^(?:[A-Za-z_]\w*(?:::\w+)*|[1-9]\d{0,8}|0)$`)

func (d *dumper) key(k string) string {
	v := keyValue(k)
	if !Truth(d.set["Quotekeys"]) {
		if s, ok := v.(string); ok && bareKey.MatchString(s) {
			return s
		}
	}
	if isWide(v) || Truth(d.set["Useqq"]) {
		return quoteDouble(v)
	}
	return quoteSingle(Str(v))
}

var plainNumber = lazyregexp.New(`^(?:0|-?[1-9]\d{0,8})$`)

func (d *dumper) plain(v Value) {
	switch s := v.(type) {
	case nil:
		d.WriteString("undef")
		return
	case GlobValue:
		d.WriteString(Str(s))
		return
	}
	// Numbers that are no integers count as strings; of those only Useqq takes some for numbers.
	switch v.(type) {
	case int64, uint64:
		s := Str(v)
		if len(s) > 10 {
			s = quoteSingle(s)
		}
		d.WriteString(s)
		return
	default:
		if s := widenSafely(v); Truth(d.set["Useqq"]) && plainNumber.MatchString(s) {
			d.WriteString(s)
			return
		}
	}
	if isWide(v) || Truth(d.set["Useqq"]) {
		d.WriteString(quoteDouble(v))
		return
	}
	d.WriteString(quoteSingle(Str(v)))
}

func quoteSingle(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func quoteDouble(v Value) string {
	var b strings.Builder
	b.WriteByte('"')
	text := widen(stringValue(v))
	runes := []rune(text)
	for i, r := range runes {
		nextDigit := i+1 < len(runes) && runes[i+1] >= '0' && runes[i+1] <= '9'
		switch {
		case r == '"' || r == '\\' || r == '$' || r == '@':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\f':
			b.WriteString(`\f`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == 7:
			b.WriteString(`\a`)
		case r == 27:
			b.WriteString(`\e`)
		case r > 0xff:
			fmt.Fprintf(&b, `\x{%x}`, r)
		case r < 32 && !nextDigit:
			fmt.Fprintf(&b, `\%o`, r)
		case r < 32 || r > 126:
			fmt.Fprintf(&b, `\%03o`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// deepCopy copies what v refers to, and all that lies below.
func deepCopy(v Value, done map[Value]Value) Value {
	if !IsRef(v) {
		return v
	}
	if c, ok := done[v]; ok {
		return c
	}
	if len(done) > maxDepth*50 {
		throw(&Stopped{Reason: "stopped: a structure too large to copy"})
	}
	switch r := v.(type) {
	case *Array:
		c := &Array{pkg: r.pkg}
		done[v] = c
		for _, item := range r.Values() {
			c.Push(deepCopy(item, done))
		}
		return c
	case *Hash:
		c := &Hash{pkg: r.pkg}
		done[v] = c
		for _, k := range r.Keys() {
			c.Put(k, deepCopy(r.Get(k), done))
		}
		return c
	case *Scalar:
		c := &Scalar{}
		done[v] = c
		c.Set(deepCopy(r.Get(), done))
		if p := blessedInto(r); p != nil {
			bless(c, p)
		}
		return c
	case *Regexp:
		return r
	}
	throw(die("Can't store %s items", refType(v)))
	return nil
}
