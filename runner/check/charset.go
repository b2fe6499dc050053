package check

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// recode turns an expected body from UTF-8 into another encoding. What the encoding lacks becomes a "?".
func recode(v *spec.Value, charset string) error {
	var b strings.Builder
	limit := rune(0)
	switch strings.ToLower(charset) {
	case "utf-8", "utf8":
		return nil
	case "us-ascii", "ascii":
		limit = 0x80
	case "iso-8859-1", "latin1", "latin-1":
		limit = 0x100
	case "utf-16be", "ucs-2be":
		for _, u := range utf16.Encode([]rune(v.String())) {
			b.Write([]byte{byte(u >> 8), byte(u)})
		}
	case "utf-16le", "ucs-2le":
		for _, u := range utf16.Encode([]rune(v.String())) {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	default:
		return fmt.Errorf("no such encoding here: %q (there are utf-8, us-ascii, iso-8859-1, utf-16be, utf-16le)", charset)
	}
	if limit > 0 {
		for _, c := range v.String() {
			if c >= limit {
				c = '?'
			}
			b.WriteByte(byte(c))
		}
	}
	*v = spec.Text(b.String())
	return nil
}
