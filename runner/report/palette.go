package report

import "github.com/fatih/color"

// palette colours text for one output; the zero palette leaves it plain.
type palette struct{ on bool }

func (p palette) paint(s string, attributes ...color.Attribute) string {
	if !p.on || s == "" {
		return s
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(s)
}

func (p palette) red(s string) string    { return p.paint(s, color.FgRed) }
func (p palette) green(s string) string  { return p.paint(s, color.FgGreen) }
func (p palette) yellow(s string) string { return p.paint(s, color.FgYellow) }
func (p palette) cyan(s string) string   { return p.paint(s, color.FgCyan) }
func (p palette) bold(s string) string   { return p.paint(s, color.Bold) }
func (p palette) alarm(s string) string  { return p.paint(s, color.FgRed, color.Bold) }
func (p palette) skip(s string) string   { return p.paint(s, color.FgWhite, color.BgBlue) }
