package regex

import (
	"fmt"
	"testing"
)

// debugLog is what nginx writes at level debug, in kind and length of lines.
func debugLog(lines int) []string {
	kinds := []string{
		`2024/05/06 07:08:09 [debug] 4242#4242: *1 http header: "User-Agent: curl/7.88.1"`,
		`2024/05/06 07:08:09 [debug] 4242#4242: *1 posix_memalign: 0000557BE31B7A10:4096 @16`,
		`2024/05/06 07:08:09 [debug] 4242#4242: *1 http script var: "%d"`,
		`2024/05/06 07:08:09 [debug] 4242#4242: epoll timer: 59%d`,
		`2024/05/06 07:08:09 [notice] 4242#4242: *1 [lua] content_by_lua(nginx.conf:%d):3: key=value, client: 127.0.0.1, server: localhost`,
		`2024/05/06 07:08:09 [debug] 4242#4242: *1 write new buf t:1 f:0 0000557BE31B8A40, pos 0000557BE31B8A40, size: %d file: 0, size: 0`,
	}
	var out []string
	for i := range lines {
		out = append(out, fmt.Sprintf(kinds[i%len(kinds)], i))
	}
	return out
}

func BenchmarkMatchLogLines(b *testing.B) {
	lines := debugLog(5000)
	for _, bench := range []struct{ name, pattern, flags string }{
		{"literal", `lua tcp socket connect timed out`, ""},
		{"class-first", `\[(?:error|crit|alert|emerg)\]`, ""},
		{"dotstar", `lua udp socket .*? timed out`, ""},
		{"anchored", `^connect\(\) failed`, ""},
		{"fold", `attempt to index`, "i"},
		{"alternatives", `epoll timer: \d+|recv: fd:\d+|key=(\w+), client: [\d.]+`, ""},
		{"classes", `[A-Z][a-z]+: \S+/[\d.]+`, ""},
		{"leading-dotstar", `.*nginx\.conf:(\d+)\):\d+: nothing`, "s"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			re, err := Compile(bench.pattern, bench.flags)
			if err != nil {
				b.Fatal(err)
			}
			for range b.N {
				for _, line := range lines {
					if _, err := re.Match(line); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)), "ns/line")
		})
	}
}
