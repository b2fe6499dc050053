package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// sortJSON writes a JSON text with the keys of its objects in order, without white space and with a newline behind it, as Perl's JSON::PP
// does. Text that is no JSON stays as it is.
func sortJSON(text string) string {
	d := json.NewDecoder(strings.NewReader(looseJSON(text)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return text
	}
	var b strings.Builder
	writeJSON(&b, v)
	return b.String() + "\n"
}

// looseJSON makes a byte string one of characters, each byte one, and escapes control characters in strings, which JSON::PP lets through.
func looseJSON(text string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted && i+1 < len(text):
			b.WriteByte(c)
			i++
			c = text[i]
		case c < ' ' && quoted:
			fmt.Fprintf(&b, `\u%04x`, c)
			continue
		}
		b.WriteRune(rune(c))
	}
	return b.String()
}

func writeJSON(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case json.Number:
		b.WriteString(perlNumber(string(v)))
	case string:
		writeJSONString(b, v)
	case []any:
		sep := "["
		for _, member := range v {
			b.WriteString(sep)
			sep = ","
			writeJSON(b, member)
		}
		b.WriteString(strings.TrimSuffix(sep, ",") + "]")
	case map[string]any:
		sep := "{"
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(sep)
			sep = ","
			writeJSONString(b, key)
			b.WriteByte(':')
			writeJSON(b, v[key])
		}
		b.WriteString(strings.TrimSuffix(sep, ",") + "}")
	}
}

var jsonEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\f': `\f`, '\b': `\b`}

func writeJSONString(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, c := range s {
		escape, has := jsonEscapes[c]
		switch {
		case has:
			b.WriteString(escape)
		case c < ' ':
			fmt.Fprintf(b, `\u%04x`, c)
		case c < 0x100:
			b.WriteByte(byte(c))
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
}

// perlNumber is a JSON number as Perl prints it.
func perlNumber(text string) string {
	if !strings.ContainsAny(text, ".eE") {
		if text == "-0" {
			return "0"
		}
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return text
	case f == math.Trunc(f) && math.Abs(f) < 1<<63:
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', 15, 64)
}
