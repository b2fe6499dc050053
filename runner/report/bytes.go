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
