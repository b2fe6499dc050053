package perl

import (
	"errors"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// dumperFilter is Data::Dumper with sorted keys, an indentation of two blanks a level, and no variable names.
func dumperFilter(_ filterCall, in []interp.Value) ([]interp.Value, error) {
	out := make([]interp.Value, len(in))
	for i, v := range in {
		d := dumper{}
		d.value(v, "")
		if d.err != nil {
			return nil, d.err
		}
		out[i] = d.String() + "\n"
	}
	return out, nil
}

type dumper struct {
	strings.Builder
	open []interp.Value // the references that are being written
	err  error
}

func (d *dumper) value(v interp.Value, indent string) {
	if !interp.IsRef(v) {
		d.plain(v)
		return
	}
	if slices.Contains(d.open, v) {
		d.err = errors.New("the dumper filter cannot show data that contains itself (filter something smaller)")
		return
	}
	d.open = append(d.open, v)
	defer func() { d.open = d.open[:len(d.open)-1] }()
	class := interp.ClassOf(v)
	if _, ok := v.(*interp.Regexp); ok {
		class = ""
	}
	if class != "" {
		d.WriteString("bless( ")
		defer d.WriteString(", " + quoteSingle(class) + " )")
	}
	switch v := v.(type) {
	case *interp.Array:
		var items []string
		for range v.Len() {
			items = append(items, "")
		}
		d.nest("[", "]", indent, items, v.Get)
	case *interp.Hash:
		keys := slices.Sorted(slices.Values(v.Keys()))
		heads := make([]string, len(keys))
		for i, k := range keys {
			heads[i] = quoteSingle(k) + " => "
		}
		d.nest("{", "}", indent, heads, func(i int) interp.Value { return v.Get(keys[i]) })
	case *interp.Scalar:
		d.WriteString(`\`)
		d.value(v.Get(), indent+"  ")
	case *interp.Code:
		d.WriteString(`sub { "DUMMY" }`)
	case *interp.Regexp:
		d.WriteString("qr/" + strings.ReplaceAll(v.Source(), "/", `\/`) + "/" + v.Flags())
	default:
		d.WriteString(`\` + interp.Str(v))
	}
}

// nest writes the items of an array or a hash, one a line.
func (d *dumper) nest(left, right, indent string, heads []string, item func(int) interp.Value) {
	d.WriteString(left)
	for i, head := range heads {
		if i > 0 {
			d.WriteString(",")
		}
		d.WriteString("\n" + indent + "  " + head)
		d.value(item(i), indent+"  ")
	}
	if len(heads) > 0 {
		d.WriteString("\n" + indent)
	}
	d.WriteString(right)
}

func (d *dumper) plain(v interp.Value) {
	switch v.(type) {
	case nil:
		d.WriteString("undef")
		return
	case int64:
		if s := interp.Str(v); len(s) <= 10 {
			d.WriteString(s)
			return
		}
	case interp.GlobValue:
		d.WriteString(`\` + interp.Str(v))
		return
	}
	d.WriteString(quoteSingle(interp.Str(v)))
}

func quoteSingle(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
