package nginx

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// files lists what is below a directory, "path" for files and "path/" for directories.
func files(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			found = append(found, rel+"/")
		default:
			found = append(found, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPrepare(t *testing.T) {
	fresh := []string{"./", "conf/", "conf/nginx.conf", "html/", "html/index.html", "logs/"}
	r := Servroot(filepath.Join(t.TempDir(), "t", "servroot"))
	for _, left := range []string{
		"", "conf/extra.conf", "html/lib/a/b.lua", "html/index.html", "logs/error.log", "cache/1/2", "my_cache/x", "logs/nginx.pid",
	} {
		if left != "" {
			path := filepath.Join(string(r), left)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("a text that is longer than the page which says that it works, for it has to be cut\n"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Prepare(); err != nil {
			t.Fatalf("with %q: %v", left, err)
		}
		if got := files(t, string(r)); !slices.Equal(got, fresh) {
			t.Errorf("with %q: %q", left, got)
		}
		if page, err := os.ReadFile(r.HTMLDir() + "/index.html"); err != nil || string(page) != indexPage {
			t.Errorf("with %q: the page is %q, %v", left, page, err)
		}
	}
	// nginx's own directories stay, but empty.
	if err := os.MkdirAll(string(r)+"/proxy_temp/0/00", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := r.Prepare(); err != nil {
		t.Fatal(err)
	}
	if got := files(t, string(r)); !slices.Equal(got, append(slices.Clone(fresh), "proxy_temp/")) {
		t.Errorf("%q", got)
	}
	if err := r.Clean(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(string(r)); !os.IsNotExist(err) {
		t.Errorf("the server root is left: %v", err)
	}
	if err := r.Clean(); err != nil {
		t.Errorf("a server root that is not there: %v", err)
	}
}

// An interrupted run of Test::Nginx leaves a server root without a configuration, a full disk one that is empty.
func TestPrepareAfterAnEarlyEnd(t *testing.T) {
	for _, left := range []map[string]string{
		{"html/index.html": indexPage, "html/a.txt": "a"},
		{"conf/nginx.conf": "", "html/index.html": indexPage},
		{"conf/nginx.conf": "", "html/index.html": ""},
	} {
		root := tree(t, left)
		r := Servroot(root)
		if err := r.Prepare(); err != nil {
			t.Fatal(err)
		}
		if got, want := files(t, root), []string{"./", "conf/", "conf/nginx.conf", "html/", "html/index.html", "logs/"}; !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	}
}

func TestPrepareDoesNotFollowLinks(t *testing.T) {
	dir := t.TempDir()
	r := Servroot(dir + "/servroot")
	if err := r.Prepare(); err != nil {
		t.Fatal(err)
	}
	precious := dir + "/precious"
	if err := os.WriteFile(precious, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{"/html/index.html", "/html/dir", "/my_temp"} {
		if err := os.RemoveAll(string(r) + link); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(precious, string(r)+link); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Prepare(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(precious); err != nil || string(text) != "mine" {
		t.Errorf("the file behind a link is %q, %v", text, err)
	}
}

func TestPrepareRefusesForeignFiles(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a home directory", map[string]string{".profile": "", "mail/1": ""}, ".profile, mail "},
		{"a server root with notes", map[string]string{"conf/nginx.conf": confMark, "NOTES": "", "html/index.html": indexPage}, "NOTES "},
		{"a real prefix", map[string]string{"conf/nginx.conf": "http {}", "html/index.html": "", "logs/a": ""}, "conf, html, logs "},
		{"a site", map[string]string{"html/index.html": "mine", "logs/access.log": ""}, "html, logs "},
		{"a server root with notes, of a run that came to an early end", map[string]string{"NOTES": "", "html/index.html": indexPage}, "NOTES "},
		{"many", map[string]string{"a": "", "b": "", "c": "", "d": "", "e": "", "f": "", "g": ""}, "a, b, c, d, e and 2 more "},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, test.files)
			before := files(t, root)
			for what, err := range map[string]error{"Prepare": Servroot(root).Prepare(), "Clean": Servroot(root).Clean()} {
				if err == nil || !strings.Contains(err.Error(), "files that no test run made: "+test.want+"(move") {
					t.Errorf("%s: %v", what, err)
				}
			}
			if after := files(t, root); !slices.Equal(before, after) {
				t.Errorf("before %q, after %q", before, after)
			}
		})
	}
	for _, root := range []Servroot{"", "/", "t/servroot", "/dev/null"} {
		if err := root.Prepare(); err == nil {
			t.Errorf("%q is a server root", root)
		}
	}
}

func TestPrepareStopsLeftOver(t *testing.T) {
	for _, master := range []string{"on", "off"} {
		s := newSite(t, "master_process "+master+";", "")
		p := s.start(t)
		if err := s.Root.Prepare(); err != nil {
			t.Fatal(err)
		}
		if !p.Exited() || live(p.Pid) {
			t.Errorf("master %s: nginx still runs", master)
		}
	}
}

func TestPrepareLeavesOthersAlone(t *testing.T) {
	r := Servroot(t.TempDir() + "/servroot")
	if err := r.Prepare(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintln(os.Getpid()), "4194303\n", "\n", "x\n", "-1\n", "0\n"} {
		if err := os.WriteFile(r.PidFile(), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := r.Prepare(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := os.Stat(r.PidFile()); err == nil {
			t.Errorf("%q: the pid file is left", text)
		}
	}
}
