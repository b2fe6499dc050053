package runner

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
)

func answering(title, body string) string {
	return "=== " + title + "\n--- config\nlocation /t { return 200 " + body + "; }\n--- request\nGET /t\n--- response_body chomp\n" + body + "\n"
}

// TestWarm runs blocks under Valgrind, forked from a warm nginx or, where that fails, started anew.
func TestWarm(t *testing.T) {
	const refused = "=== TEST 2: refused\n--- config\nlisten 1.2.3.4.5:70000;\n--- request\nGET /t\n"
	all := []string{answering("TEST 1: one", "one"), refused, answering("TEST 3: three", "three")}
	few := []string{all[0], all[2]}
	for _, test := range []struct {
		name   string
		blocks []string
		change func(*testing.T)
		end    func(*Worker) // at the end of the first block
		warm   bool          // the last block, too, was forked
		says   string        // why not
	}{
		{name: "warm", blocks: all, warm: true},
		{name: "warm, where paths are too long for unix sockets", blocks: few, warm: true, change: func(t *testing.T) {
			long := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
			if err := os.Mkdir(long, 0o755); err != nil {
				t.Fatal(err)
			}
			t.Setenv("TMPDIR", long)
		}},
		{name: "no compiler", blocks: few, says: "false: exit status 1", change: func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			t.Setenv("CC", "false")
		}},
		{name: "it ends", blocks: few, says: errCold.Error(), end: func(w *Worker) { w.warmed.server.Close() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := workspace(t, map[string]string{"t/a.t": suite("no_shuffle(); plan tests => 2 * blocks();", test.blocks...)})
			o.Setup.Valgrind = "1"
			if test.change != nil {
				test.change(t)
			}
			h := &heard{}
			w := NewWorker(context.Background(), o.Setup)
			ended := 0
			h.on = func(e report.Event) {
				if e.Kind == report.BlockEnd {
					if ended++; ended == 1 && test.end != nil {
						test.end(w)
					}
				}
			}
			w.Do(context.Background(), Job{File: "t/a.t"}, h.Handle)
			if warm := w.warmed.server != nil; warm != test.warm {
				t.Errorf("there is a warm nginx: %v, want %v", warm, test.warm)
			}
			w.Close()
			nothingLeft(t)
			got := h.tests()
			bad := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return strings.HasPrefix(s, "ok ") })
			want := len(test.blocks) - len(few) // the refused one
			if len(got) != 4+want || len(bad) != want {
				t.Errorf("the tests are %q", got)
			}
			if anew := h.texts(report.Info); strings.Contains(anew, "started anew") != (test.says != "") || !strings.Contains(anew, test.says) {
				t.Errorf("it says %q, want %q", anew, test.says)
			}
			for _, e := range h.events {
				if e.Kind == report.Found && e.Finding.Fails {
					t.Errorf("found: %+v", e.Finding.Record)
				}
			}
		})
	}
}

func TestCanWarm(t *testing.T) {
	lua, perl := "/usr/lib/nginx/modules/ngx_http_lua_module.so", "/usr/lib/nginx/modules/ngx_http_perl_module.so"
	for _, test := range []struct {
		name    string
		setup   Setup
		blocks  int
		hup     bool
		env     []string
		conf    nginxconf.Conf
		modules []string
		can     bool
	}{
		{name: "two blocks", blocks: 2, env: []string{"LD_PRELOAD="}, can: true},
		{name: "one block", blocks: 1},
		{name: "reloads", blocks: 2, hup: true},
		{name: "not wanted", setup: Setup{Cold: true}, blocks: 2},
		{name: "a preloaded library", blocks: 2, env: []string{"LD_PRELOAD=mockeagain.so"}},
		{name: "no pipes of forked processes", setup: Setup{Valgrind: "--trace-children=no"}, blocks: 2},
		{name: "descriptors count", setup: Setup{Valgrind: "--leak-check=full --track-fds=yes"}, blocks: 2},
		{name: "options", setup: Setup{Valgrind: "--track-origins=yes"}, blocks: 2, can: true},
		{name: "modules", blocks: 2, conf: nginxconf.Conf{LoadModules: []string{lua}, MainConfig: "# load_module /x;\nload_module '/y.so';"},
			modules: []string{lua, "/y.so"}, can: true},
		{name: "a module somewhere", blocks: 2, conf: nginxconf.Conf{LoadModules: []string{"modules/x.so"}}},
		{name: "perl", blocks: 2, conf: nginxconf.Conf{LoadModules: []string{perl}}},
	} {
		r := &blockRun{fileRun: &fileRun{Worker: &Worker{setup: test.setup}, blocks: test.blocks, Suite: &spec.Suite{Settings: spec.Settings{UseHup: test.hup}}}}
		modules, can := r.canWarm(test.env, test.conf)
		if can != test.can || !slices.Equal(modules, test.modules) {
			t.Errorf("%s: %v, %v; want %v, %v", test.name, modules, can, test.modules, test.can)
		}
	}
}
