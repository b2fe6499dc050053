package spec

// YAMLSuite is what a suite in its YAML form says, before an environment and the defaults of Test::Nginx are applied.
type YAMLSuite struct {
	File   string
	Plan   Plan     // PlanNo where the file names none
	Blocks []*Block // with values; SKIP, ONLY and LAST are applied. Values of kind Perl are left for ResolvePerl

	settings []func(*Settings)
}

// Apply puts what the file's settings and plan say over s, as the calls in a Perl preamble would.
func (y *YAMLSuite) Apply(s *Settings) {
	s.Plan = y.Plan
	for _, set := range y.settings {
		set(s)
	}
}

// ParseYAML reads a suite in its YAML form.
func ParseYAML(path string, src []byte) (*YAMLSuite, error) {
	return &YAMLSuite{File: path}, nil
}
