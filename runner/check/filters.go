package check

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/spec"
)

const filterSection = "response_body_filters"

// filterBody runs response_body_filters over the body: names and code, as words, a list, or a list of lists with one for each
// request.
func (j *judge) filterBody(r reply) error {
	v := j.Spec.Value(filterSection)
	if r.res == nil || !v.Defined() {
		return nil
	}
	filters := []spec.Value{v}
	switch {
	case !v.IsRef():
		filters = spec.Texts(strings.FieldsFunc(v.String(), isWhite)...).List
	case v.Kind == spec.List && len(v.List) > 0 && v.List[0].Kind == spec.List:
		for _, row := range v.List {
			if row.Kind != spec.List {
				return j.errorf("%s: a list of lists must have a list for each request, as in [[uc], [lc]]", filterSection)
			}
		}
		if r.index >= len(v.List) {
			return j.errorf("%s: the list of lists has nothing for request %d", filterSection, r.index)
		}
		filters = v.List[r.index].List
	case v.Kind == spec.List:
		filters = v.List
	}
	for _, f := range filters {
		body, err := j.filter(f, r.res.Body)
		if err != nil {
			return err
		}
		r.res.Body = body
	}
	return nil
}

func isWhite(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

func (j *judge) filter(f spec.Value, body string) (string, error) {
	if f.Kind == spec.Code {
		out, err := f.Code(spec.Text(body))
		if err != nil {
			return "", j.errorf("%s: %w", filterSection, err)
		}
		if len(out) == 0 {
			return "", nil
		}
		return out[len(out)-1].String(), nil
	}
	if f.IsRef() {
		return "", j.errorf("%s: a filter is a name or a sub", filterSection)
	}
	switch f.String() {
	case "md5_hex":
		sum := md5.Sum([]byte(body))
		return hex.EncodeToString(sum[:]), nil
	case "sha1_hex":
		sum := sha1.Sum([]byte(body))
		return hex.EncodeToString(sum[:]), nil
	case "uc":
		return mapASCII(body, len(body), upper), nil
	case "lc":
		return mapASCII(body, len(body), lower), nil
	case "ucfirst":
		return mapASCII(body, 1, upper), nil
	case "lcfirst":
		return mapASCII(body, 1, lower), nil
	case "length":
		return strconv.Itoa(len(body)), nil
	}
	return "", j.errorf("%s: unknown filter %q (there are md5_hex, sha1_hex, uc, lc, ucfirst, lcfirst, length)", filterSection, f.String())
}

// mapASCII changes the first n bytes.
func mapASCII(s string, n int, change func(byte) byte) string {
	b := []byte(s)
	for i := range b[:min(n, len(b))] {
		b[i] = change(b[i])
	}
	return string(b)
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c - 'A' + 'a'
	}
	return c
}
