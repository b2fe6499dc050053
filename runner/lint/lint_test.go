package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// suite is a suite of blocks as they are written, without an evaluation.
func suite(t *testing.T, perl, data string, modules ...string) (*spec.Suite, []*spec.Block) {
	t.Helper()
	f := spec.ParseFile("t/a.t", []byte(perl+"__DATA__\n"+data))
	all, err := spec.AllBlocks(f, spec.Delims{})
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := spec.ParseBlocks(f, spec.Delims{})
	if err != nil {
		t.Fatal(err)
	}
	return &spec.Suite{File: "t/a.t", Perl: f.Preamble, Blocks: blocks, Modules: modules}, all
}

func TestCheck(t *testing.T) {
	module := filepath.Join(t.TempDir(), "APISIX.pm")
	if err := os.WriteFile(module, []byte("my $yaml = $block->yaml_config;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, perl, data string
		want             []string
	}{
		{"nothing to say", "", "=== TEST 1: a\n--- config\nlocation /t { }\n--- request\nGET /t\n--- error_code: 200\n", nil},
		{"misspelt", "", "=== TEST 1: a\n--- config\n--- reponse_body\nx\n--- no_error\n[error]\n--- utterly_unknown: 1\n",
			[]string{
				"t/a.t:4: nothing reads a section reponse_body (did you mean response_body?)",
				"t/a.t:6: nothing reads a section no_error (did you mean no_error_log?)",
				"t/a.t:8: nothing reads a section utterly_unknown (remove it, or read it in a block preprocessor)",
			}},
		{"the preamble reads it", "add_block_preprocessor(sub { $_[0]->upstream });\n", "=== TEST 1: a\n--- upstream\n--- up\n",
			[]string{"t/a.t:5: nothing reads a section up (remove it, or read it in a block preprocessor)"}},
		{"a module reads it", "", "=== TEST 1: a\n--- yaml_config\nx\n", nil},
		{"Perl in a block reads it", "", "=== TEST 1: a\n--- extra: 1\n--- request eval\n'GET /' . $block->extra\n", nil},
		{"switched off by a digit", "", "=== TEST 1: a\n--- stap2\nx\n--- stap_out3\ny\n", nil},
		{"of LWP", "", "=== TEST 1: a\n--- request_headers\nA: b\n", nil},
		{"ONLY", "", "=== TEST 1: a\n--- config\n\n=== TEST 2: b\n--- ONLY\n--- config\n",
			[]string{"t/a.t:6: ONLY leaves out all other blocks of the file (take it out before you commit)"}},
		{"titles", "", "=== TEST 1: a\n--- SKIP\n\n=== TEST 1: a\n--- config\n\n===\n--- config\n\n===\n--- config\n",
			[]string{`t/a.t:5: the title "TEST 1: a" is that of line 2, too (ngxtest fmt numbers TEST titles anew; rename others)`}},
		{"ports", "", "=== TEST 1: a\n--- config\nlocation /t {\n    proxy_pass http://127.0.0.1:1984/x;\n}\n--- server_name: 1984\n" +
			"--- main_config: listen 1984;\n--- request\nGET /t?a=19845\n",
			[]string{
				"t/a.t:5: port 1984 is written out (write $TEST_NGINX_SERVER_PORT, so that another port can be chosen)",
				"t/a.t:8: port 1984 is written out (write $TEST_NGINX_SERVER_PORT, so that another port can be chosen)",
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range Check(suite(t, c.perl, c.data, module)) {
				got = append(got, p.Error())
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestCheckValues(t *testing.T) {
	s, written := suite(t, "", "=== TEST 1: a\n--- error_log eval\n'a', 'b'\n--- own lines\nx\n")
	s.Perl = "own"
	s.Blocks[0].Set("error_log", spec.Text("a"), spec.Text("b"))
	s.Blocks[0].Set("own", spec.Text("a"), spec.Text("b"))
	got := Check(s, written)
	want := "t/a.t:3: error_log has 2 values, of which only the first counts (put them into square brackets)"
	if len(got) != 1 || got[0].Error() != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
