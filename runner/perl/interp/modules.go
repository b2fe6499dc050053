package interp

// defineModules registers the modules that are built in.
func (in *Interp) defineModules() {
	for name, setup := range coreModules {
		in.modules[name] = &module{setup: setup}
	}
}

// coreModules are the modules that are built in, by what defines their subs.
var coreModules = map[string]func(in *Interp){}

// exporting lets a class have Exporter's import.
func (in *Interp) exporting(class string, exports, optional []string) {
	in.ArrayVar(class + "::EXPORT").Push(anyStrings(exports)...)
	in.ArrayVar(class + "::EXPORT_OK").Push(anyStrings(optional)...)
	in.DefineSub(class+"::import", func(c *Call) (List, error) {
		return nil, in.export(class, c.Package, c.Args[min(1, len(c.Args)):].Values())
	})
}

// lacks ends the program when a built-in module is asked for something that only the real one may have.
func (in *Interp) lacks(pkg, name string) {
	if pkg == "CORE" {
		throw(unsupported("&CORE::%s", name))
	}
	if m := in.modules[pkg]; m != nil && m.ready && coreModules[pkg] != nil && pkg != "UNIVERSAL" {
		throw(unsupported("%s of the module %s", name, pkg))
	}
}

func anyStrings(list []string) []Value {
	out := make([]Value, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func init() {
	coreModules["Exporter"] = func(in *Interp) {
		in.DefineSub("Exporter::import", func(c *Call) (List, error) {
			class := c.Str(0)
			if class == "Exporter" {
				for _, a := range c.Args[1:] {
					in.importName("Exporter", c.Package, Str(a.Get()))
				}
				return nil, nil
			}
			return nil, in.export(class, c.Package, c.Args[1:].Values())
		})
		in.DefineSub("Exporter::export_to_level", func(c *Call) (List, error) {
			level := toIndex(c.Arg(1))
			into := c.Package
			if l := in.caller(level, false); len(l) > 0 {
				into = Str(l[0])
			}
			return nil, in.export(c.Str(0), into, c.Args[min(3, len(c.Args)):].Values())
		})
		for name, target := range map[string]string{"export_tags": "EXPORT", "export_ok_tags": "EXPORT_OK"} {
			in.DefineSub("Exporter::"+name, func(c *Call) (List, error) {
				in.addTags(c.Package, target, c.Args.Values())
				return nil, nil
			})
		}
	}
}

// addTags adds the names of tags to a package's @EXPORT or @EXPORT_OK.
func (in *Interp) addTags(pkg, target string, tags []Value) {
	all := in.HashVar(pkg + "::EXPORT_TAGS")
	if len(tags) == 0 {
		tags = anyStrings(all.Keys())
	}
	for _, t := range tags {
		if a, ok := all.Get(Str(t)).(*Array); ok {
			in.ArrayVar(pkg + "::" + target).Push(a.Values()...)
		}
	}
}
