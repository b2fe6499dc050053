package spec

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// YAMLText is a suite to be written in its YAML form.
type YAMLText struct {
	Comments []string  // lines in front of all, without a #
	Perl     string    // the preamble; instead of Settings
	Settings []Setting // in the order in which they are to stand
	// Blocks are the tests. A section that is Final is written by its value; a value of kind Perl as {perl: ...}. Others are written by
	// their text and filters.
	Blocks []*Block
}

// Setting is a key below settings: with its value: text, an int, a bool, or a list of texts.
type Setting struct {
	Name  string
	Value any
}

// FormatYAML writes a suite such that ParseYAML reads it again. What the form cannot say is an error that names the block.
func FormatYAML(y YAMLText) ([]byte, error) {
	var out bytes.Buffer
	for _, line := range y.Comments {
		out.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	head := &yaml.Node{Kind: yaml.MappingNode}
	if y.Perl != "" {
		n, ok := textNode(y.Perl)
		if !ok {
			return nil, errors.New("the preamble is not UTF-8 (YAML is)")
		}
		head.Content = append(head.Content, keyNode("perl"), n)
	}
	if len(y.Settings) > 0 {
		n, err := settingsNode(y.Settings)
		if err != nil {
			return nil, err
		}
		head.Content = append(head.Content, keyNode("settings"), n)
	}
	if len(head.Content) > 0 {
		if err := encode(&out, head); err != nil {
			return nil, err
		}
	}
	out.WriteString("tests:\n")
	for i, b := range y.Blocks {
		if i > 0 {
			out.WriteString("\n")
		}
		n, err := blockNode(b)
		if err != nil {
			return nil, fmt.Errorf("block %q: %w", b.Name, err)
		}
		var text bytes.Buffer
		list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}}
		if err := encode(&text, &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{keyNode("tests"), list}}); err != nil {
			return nil, err
		}
		out.Write(bytes.TrimPrefix(text.Bytes(), []byte("tests:\n")))
	}
	return out.Bytes(), nil
}

func encode(out *bytes.Buffer, n *yaml.Node) error {
	e := yaml.NewEncoder(out)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return err
	}
	return e.Close()
}

func settingsNode(settings []Setting) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, s := range settings {
		value := new(yaml.Node)
		if err := value.Encode(s.Value); err != nil {
			return nil, fmt.Errorf("setting %s: %w", s.Name, err)
		}
		if value.Kind == yaml.SequenceNode {
			value.Style = yaml.FlowStyle
		}
		n.Content = append(n.Content, keyNode(s.Name), value)
	}
	return n, nil
}

func blockNode(b *Block) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	add := func(name string, value *yaml.Node) { n.Content = append(n.Content, keyNode(name), value) }
	name, ok := textNode(b.Name)
	if !ok {
		return nil, errors.New("the title is not UTF-8 (YAML is)")
	}
	add("name", name)
	if b.Description != "" {
		description, ok := textNode(b.Description)
		if !ok {
			return nil, errors.New("the description is not UTF-8 (YAML is)")
		}
		add("description", description)
	}
	for _, s := range b.Sections {
		switch {
		case rootKeys[s.Name] || s.Name == "name" || s.Name == "description":
			return nil, fmt.Errorf("a section %s (that key means something else)", s.Name)
		case s.Final && len(s.Values) == 1:
			value, ok := sectionNode(s.Name, s.Values[0])
			if !ok {
				return nil, fmt.Errorf("section %s: a value that has no YAML form", s.Name)
			}
			add(s.Name, value)
		case s.Final:
			return nil, fmt.Errorf("section %s: %d values (a section in YAML has one)", s.Name, len(s.Values))
		default:
			text, _ := bytesNode(s.Text)
			filters, ok := textNode(strings.Join(s.Filters, " "))
			if !ok {
				return nil, fmt.Errorf("section %s: the filters are not UTF-8 (YAML is)", s.Name)
			}
			add(s.Name, &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{keyNode("text"), text, keyNode("filters"), filters}})
		}
	}
	return n, nil
}

// HasYAML reports whether a section of that name can have the value in YAML by itself, so that FormatYAML writes no Perl for it.
func HasYAML(section string, v Value) bool {
	_, ok := sectionNode(section, v)
	return ok && v.Kind != Perl
}

// sectionNode is a section's value; ok is false for one that has no form.
func sectionNode(name string, v Value) (n *yaml.Node, ok bool) {
	types, known := Sections[name]
	if !known {
		types = OfText | OfList | OfRegexp | OfCode
	}
	switch {
	case types&OfPresence != 0 && v.Kind == Bytes && v.Str == "":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}, true
	case types&OfPresence != 0 && types&(OfText|OfNumber) == 0 && v.Kind != Perl:
		return nil, false
	case types&OfText == 0 && v.Kind == Bytes && !isPlainNumber(v.Str):
		return nil, false
	case v.Kind == List && types&OfList == 0, v.Kind == Regexp && types&OfRegexp == 0:
		return nil, false
	case name == "request" && v.Kind == List && hasPackets(v):
		return nil, false
	}
	return valueNode(v)
}

// hasPackets reports whether one of the requests is sent in pieces.
func hasPackets(v Value) bool {
	for _, item := range v.List {
		if item.Kind == List {
			return true
		}
	}
	return false
}

func valueNode(v Value) (n *yaml.Node, ok bool) {
	switch v.Kind {
	case Bytes, Number:
		if v.Wide {
			return nil, false
		}
		return bytesNode(v.Str)
	case Regexp:
		pattern, ok := textNode(v.Str)
		n := flow(yaml.MappingNode, keyNode("regex"), pattern)
		if v.Flags != "" {
			n.Content = append(n.Content, keyNode("flags"), keyNode(v.Flags))
		}
		return n, ok && strings.Trim(v.Flags, "msixn") == ""
	case Perl:
		code, ok := textNode(v.Str)
		return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{keyNode("perl"), code}}, ok
	case List:
		n = &yaml.Node{Kind: yaml.SequenceNode}
		short := 0
		for _, item := range v.List {
			inner, ok := valueNode(item)
			if !ok {
				return nil, false
			}
			n.Content = append(n.Content, inner)
			short += len(item.Str) + 4
			if inner.Kind != yaml.ScalarNode && inner.Style != yaml.FlowStyle || strings.Contains(item.Str, "\n") {
				short += 100
			}
		}
		if short < 100 {
			n.Style = yaml.FlowStyle
		}
		return n, true
	}
	return nil, false
}

func flow(kind yaml.Kind, content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: kind, Style: yaml.FlowStyle, Content: content}
}

func keyNode(name string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
}

// bytesNode is text where it can be, else its bytes in hexadecimal or, when there are many, base64.
func bytesNode(s string) (*yaml.Node, bool) {
	if n, ok := textNode(s); ok {
		return n, true
	}
	if len(s) <= 32 {
		return flow(yaml.MappingNode, keyNode("hex"), &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: hex.EncodeToString([]byte(s))}), true
	}
	return flow(yaml.MappingNode, keyNode("base64"), keyNode(base64.StdEncoding.EncodeToString([]byte(s)))), true
}

// textNode is a scalar that reads as s; ok is false for what is not UTF-8. It takes the nicest style of which that is true.
func textNode(s string) (n *yaml.Node, ok bool) {
	if !utf8.ValidString(s) {
		return nil, false
	}
	var styles []*yaml.Node
	switch {
	case isPlainNumber(s):
		styles = append(styles, &yaml.Node{Kind: yaml.ScalarNode, Value: s})
	case strings.Contains(s, "\n") && len(s) > 1:
		styles = append(styles, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.LiteralStyle, Value: s})
	default:
		styles = append(styles, keyNode(s), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.SingleQuotedStyle, Value: s})
	}
	styles = append(styles, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s})
	for _, n := range styles {
		if reads(n, s) {
			return n, true
		}
	}
	return nil, false
}

// reads reports whether a scalar, written somewhere in a suite, is text and reads as s.
func reads(n *yaml.Node, s string) bool {
	var out bytes.Buffer
	list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}}
	wrapped := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{keyNode("x"), list}}
	if encode(&out, wrapped) != nil {
		return false
	}
	r := &yamlReader{}
	if r.notText(out.Bytes()) != nil {
		return false
	}
	docs, err := documents(out.Bytes())
	if err != nil || len(docs) != 1 {
		return false
	}
	scalar := docs[0].Content[0].Content[1].Content[0]
	return scalar.Kind == yaml.ScalarNode && scalar.Value == s && !isNull(scalar) && !isMissing(scalar)
}
