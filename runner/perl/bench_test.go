package perl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// BenchmarkLoad reads and evaluates a file of 1,000 blocks like those of public suites, with a preprocessor.
func BenchmarkLoad(b *testing.B) {
	const blocks = 1000
	var text strings.Builder
	text.WriteString(`use Test::Nginx::Socket::Lua;
repeat_each(2);
plan tests => repeat_each() * blocks() * 3;
our $HttpConfig = qq{ lua_package_path "$ENV{HOME}/lib/?.lua;;"; };
add_block_preprocessor(sub {
    my $block = shift;
    $block->set_value("request", "GET /t") if !defined $block->request;
});
no_long_string();
run_tests();
__DATA__
`)
	for i := range blocks {
		fmt.Fprintf(&text, `
=== TEST %d: sanity
--- http_config eval: $::HttpConfig
--- config
    location = /t {
        content_by_lua_block {
            ngx.say("hello %d")
        }
    }
--- response_body eval
"hello " . (%d + 0) . "\n"
--- error_log eval
[qr/done \d+/, "end"]
--- no_error_log
[error]
`, i, i, i)
	}
	file := filepath.Join(b.TempDir(), "many.t")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := Load(context.Background(), file, Options{Env: spec.Env{"HOME": "/root"}}, func(s *spec.Suite) error {
			for _, block := range s.Blocks {
				if err := s.Preprocess(block); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*blocks)/b.Elapsed().Seconds(), "blocks/s")
}
