package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Bytes is text that may not be UTF-8. In JSON it is a string where it is UTF-8, else {"base64": "..."}.
type Bytes string

// MarshalJSON implements json.Marshaler.
func (b Bytes) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(b)) {
		return json.Marshal(string(b))
	}
	return json.Marshal(map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(b))})
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *Bytes) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(b))
	}
	var object struct {
		Base64 []byte `json:"base64"`
	}
	if err := json.Unmarshal(data, &object); err != nil {
		return fmt.Errorf("neither a string nor {\"base64\": ...}: %w", err)
	}
	*b = Bytes(object.Base64)
	return nil
}

// testJSON is a Test with its texts as Bytes, under the same names.
type testJSON struct {
	Number    int    `json:"number"`
	OK        bool   `json:"ok"`
	Name      Bytes  `json:"name,omitempty"`
	Directive string `json:"directive,omitempty"`
	Reason    Bytes  `json:"reason,omitempty"`
	Section   string `json:"section,omitempty"`
	Compare   string `json:"compare,omitempty"`
	Got       Bytes  `json:"got,omitempty"`
	Want      Bytes  `json:"want,omitempty"`
	Line      int    `json:"line,omitempty"`
	Explained bool   `json:"explained,omitempty"`
}

// MarshalJSON implements json.Marshaler: texts may be any bytes.
func (t Test) MarshalJSON() ([]byte, error) {
	return json.Marshal(testJSON{
		Number: t.Number, OK: t.OK, Name: Bytes(t.Name), Directive: t.Directive, Reason: Bytes(t.Reason),
		Section: t.Section, Compare: t.Compare, Got: Bytes(t.Got), Want: Bytes(t.Want), Line: t.Line, Explained: t.Explained,
	})
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Test) UnmarshalJSON(data []byte) error {
	var j testJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	t.Number, t.Line, t.Explained = j.Number, j.Line, j.Explained
	t.OK, t.Name, t.Directive, t.Reason = j.OK, string(j.Name), j.Directive, string(j.Reason)
	t.Section, t.Compare, t.Got, t.Want = j.Section, j.Compare, string(j.Got), string(j.Want)
	return nil
}
