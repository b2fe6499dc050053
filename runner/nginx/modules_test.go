package nginx

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tree writes files below a new directory and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestDefaultModules(t *testing.T) {
	debian := map[string]string{
		"usr/sbin/nginx":                                "",
		"opt/nginx":                                     "",
		"usr/share/nginx/modules/ndk.so":                "",
		"usr/share/nginx/modules/lua.so":                "",
		"usr/lib/nginx/stream.so":                       "",
		"etc/nginx/modules-enabled/50-lua.conf":         "# load_module modules/no.so;\nload_module modules/lua.so;\n",
		"etc/nginx/modules-enabled/10-ndk.conf":         "load_module \"modules/ndk.so\" ;",
		"etc/nginx/modules-enabled/60-stream.conf":      "  load_module /usr/lib/nginx/stream.so;\n",
		"etc/nginx/modules-enabled/70-removed.conf":     "load_module modules/removed.so;\n",
		"etc/nginx/modules-enabled/80-other.conf.saved": "load_module modules/ndk.so;\n",
	}
	alpine := map[string]string{
		"usr/sbin/nginx":               "",
		"var/lib/nginx/modules/lua.so": "",
		"etc/nginx/modules/lua.conf":   "load_module \"modules/lua.so\";\n",
	}
	for _, test := range []struct {
		name, binary, prefix string
		files                map[string]string
		openresty            bool
		want                 []string
	}{
		{
			"Debian", "usr/sbin/nginx", "/usr/share/nginx", debian, false,
			[]string{"/usr/share/nginx/modules/ndk.so", "/usr/share/nginx/modules/lua.so", "/usr/lib/nginx/stream.so"},
		},
		{"Alpine", "usr/sbin/nginx", "/var/lib/nginx", alpine, false, []string{"/var/lib/nginx/modules/lua.so"}},
		{"own build, the distribution's arguments", "opt/nginx", "/usr/share/nginx", debian, false, nil},
		{"nginx.org's package beside Debian's files", "usr/sbin/nginx", "/etc/nginx", debian, false, nil},
		{"OpenResty", "usr/sbin/nginx", "/usr/share/nginx", debian, true, nil},
		{"no such binary", "usr/sbin/none", "/usr/share/nginx", debian, false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, test.files)
			b := Build{Path: filepath.Join(root, test.binary), OpenResty: test.openresty, Arguments: []string{"--prefix=" + test.prefix}}
			got := defaultModules(b, root)
			for i := range test.want {
				test.want[i] = filepath.Join(root, test.want[i])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
