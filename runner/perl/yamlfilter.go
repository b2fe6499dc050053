package perl

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// yamlFilter is YAML::Load: every scalar is a string, but for ~ and one that is not there, which are undef.
func yamlFilter(_ filterCall, v interp.Value) ([]interp.Value, error) {
	var out []interp.Value
	d := yaml.NewDecoder(strings.NewReader(interp.Str(v)))
	for {
		var n yaml.Node
		if err := d.Decode(&n); err != nil {
			if errors.Is(err, io.EOF) {
				return out, nil
			}
			return nil, fmt.Errorf("YAML Error: %w", err)
		}
		for _, doc := range n.Content {
			value, err := yamlValue(doc, 0)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
	}
}

const yamlDepth = 1000 // an alias may stand inside of what it names

func yamlValue(n *yaml.Node, depth int) (interp.Value, error) {
	if depth > yamlDepth {
		return nil, errors.New("YAML Error: nested too deeply")
	}
	switch n.Kind {
	case yaml.AliasNode:
		return yamlValue(n.Alias, depth+1)
	case yaml.SequenceNode:
		a := interp.NewArray()
		for _, item := range n.Content {
			v, err := yamlValue(item, depth+1)
			if err != nil {
				return nil, err
			}
			a.Push(v)
		}
		return a, nil
	case yaml.MappingNode:
		h := interp.NewHash()
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := yamlValue(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			h.Put(n.Content[i].Value, v)
		}
		return h, nil
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 &&
		(n.Value == "" || n.Value == "~") {
		return nil, nil
	}
	return n.Value, nil
}
