package spec

// ResolvePerl evaluates the Perl values that ParseYAML left in blocks, in file order. A value that is a whole section
// becomes all that eval returns, as Test::Base's eval filter has it; one inside a list or map becomes the first value
// returned, undef where there is none. It stops at the first error.
func ResolvePerl(blocks []*Block, eval func(code string, line int) ([]Value, error)) error {
	for _, b := range blocks {
		for _, s := range b.Sections {
			if len(s.Values) == 1 && s.Values[0].Kind == Perl {
				values, err := eval(s.Values[0].Str, s.Values[0].Line)
				if err != nil {
					return err
				}
				if len(values) == 0 {
					values = []Value{{}}
				}
				s.Values = values
				continue
			}
			for i := range s.Values {
				if err := resolve(&s.Values[i], eval); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func resolve(v *Value, eval func(string, int) ([]Value, error)) error {
	switch v.Kind {
	case Perl:
		values, err := eval(v.Str, v.Line)
		if err != nil {
			return err
		}
		*v = Value{}
		if len(values) > 0 {
			*v = values[0]
		}
	case List:
		for i := range v.List {
			if err := resolve(&v.List[i], eval); err != nil {
				return err
			}
		}
	case Map:
		for key, inner := range v.Map {
			if err := resolve(&inner, eval); err != nil {
				return err
			}
			v.Map[key] = inner
		}
	}
	return nil
}
