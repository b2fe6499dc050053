package nginxconf

import (
	"slices"
	"testing"
)

func TestParseLoadModules(t *testing.T) {
	for text, want := range map[string][]string{
		"":                   nil,
		"0":                  nil,
		" /a.so\t/b.so\n 0 ": {"/a.so", "/b.so"},
	} {
		if got := ParseLoadModules(text); !slices.Equal(got, want) {
			t.Errorf("ParseLoadModules(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestDropLoaded(t *testing.T) {
	modules := []string{"/m/a.so", "/m/b.so", "/m/c.so"}
	for conf, want := range map[string][]string{
		"":                         modules,
		"load_module /other/b.so;": {"/m/a.so", "/m/c.so"},
		"env X; load_module \"modules/a.so\";\n load_module 'c.so' ;": {"/m/b.so"},
		"my_load_module /m/a.so;\n # load_module /m/a.so;":            modules,
	} {
		if got := DropLoaded(modules, conf); !slices.Equal(got, want) {
			t.Errorf("DropLoaded(%q) = %q, want %q", conf, got, want)
		}
	}
}

func TestWorkerUser(t *testing.T) {
	for _, test := range []struct {
		value string
		set   bool
		euid  int
		want  string
		fails bool
	}{
		{"", false, 0, "root", false},
		{"", false, 1000, "", false},
		{"www-data", true, 0, "www-data", false},
		{"www-data adm", true, 1000, "www-data adm", false},
		{"a", true, 0, "", true},
		{"", true, 0, "", true},
		{"a;b c", true, 0, "", true},
		{"aa bb cc", true, 0, "", true},
	} {
		got, err := WorkerUser(test.value, test.set, test.euid)
		if got != test.want || (err != nil) != test.fails {
			t.Errorf("WorkerUser(%q, %v, %d) = %q, %v; want %q", test.value, test.set, test.euid, got, err, test.want)
		}
	}
}
