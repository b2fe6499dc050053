package syntax

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Dump writes a tree as one line, to be read by people and compared in tests: each node in parentheses with its type's
// name, its fields that are not empty, and no line numbers. Strings, numbers and variables are short: "a" 1 $x.
func Dump(x any) string {
	var b strings.Builder
	dump(&b, reflect.ValueOf(x))
	return b.String()
}

func dump(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("nil")
		return
	case reflect.Interface:
		dump(b, v.Elem())
		return
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Int32 {
			b.WriteString(strconv.Quote(string(v.Interface().([]rune))))
			return
		}
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(' ')
			}
			dump(b, v.Index(i))
		}
		b.WriteByte(']')
		return
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
	}
	switch x := v.Interface().(type) {
	case *Str:
		b.WriteString(strconv.Quote(x.Value))
		return
	case *Num:
		if x.IsInt {
			b.WriteString(strconv.FormatInt(x.Int, 10))
		} else {
			b.WriteString(strconv.FormatFloat(x.Float, 'g', -1, 64))
		}
		return
	case *Var:
		b.WriteByte(x.Sigil)
		b.WriteString(x.Name)
		return
	case *List:
		dumpParts(b, "(", x.Items, ")")
		return
	case *Interp:
		dumpParts(b, "<", x.Parts, ">")
		return
	case *ExprStmt:
		dump(b, reflect.ValueOf(x.X))
		return
	case *Block:
		dump(b, reflect.ValueOf(x.Body))
		return
	case byte:
		b.WriteByte(x)
		return
	case string:
		b.WriteString(strconv.Quote(x))
		return
	case bool, int, int64, float64:
		fmt.Fprint(b, x)
		return
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	dumpStruct(b, v)
}

func dumpParts(b *strings.Builder, open string, parts []Expr, end string) {
	b.WriteString(open)
	for i, x := range parts {
		if i > 0 {
			b.WriteByte(' ')
		}
		dump(b, reflect.ValueOf(x))
	}
	b.WriteString(end)
}

// dumpStruct writes the fields of a node. Expressions that are missing are nil, other empty fields are left out.
func dumpStruct(b *strings.Builder, v reflect.Value) {
	b.WriteByte('(')
	b.WriteString(v.Type().Name())
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case name == "Pos", name == "End", name == "Line", name == "Package", name == "File":
		case f.Kind() == reflect.Bool:
			if f.Bool() {
				b.WriteByte(' ')
				b.WriteString(name)
			}
		case f.IsZero() && f.Kind() != reflect.Interface:
		default:
			b.WriteByte(' ')
			dump(b, f)
		}
	}
	b.WriteByte(')')
}
