package runner

import (
	"cmp"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The expressions that the functions of surveyscan.go are written after.
var (
	opensExpression = regexp.MustCompile(`\blisten\s+(?:[\w.*]+:|\[[^\]\s]*\]:)?(\d{1,5})\b|` +
		`(?m:^--- (?:tcp|udp)_listen(?:: *|\n)(\d{1,5})\b)|\b(?:tcp|udp)_listen: *"?(\d{1,5})\b|:bind\([^,)\n]*,\s*(\d{1,5})\b`)
	addressExpression    = regexp.MustCompile(`\b(\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]+\.)+[a-z]{2,}):(\d{1,5})\b`)
	connectExpression    = regexp.MustCompile(`\b(?:connect|setpeername)\(?\s*\(?["']?((?:[\w-]+\.)+\w+)["']?\s*,\s*["']?(\d{1,5})\b`)
	resolverExpression   = regexp.MustCompile(`\bresolver\s+([^;\n]+);`)
	numberExpression     = regexp.MustCompile(`\b\d{4,5}\b`)
	sharedPathExpression = regexp.MustCompile(`/tmp/[\w./-]*`)
	commentExpression    = regexp.MustCompile(`(?m)^\s*#.*$`)
	variableExpression   = regexp.MustCompile(`\$(?:ENV\{\s*['"]?(TEST_NGINX_\w+)['"]?\s*\}|\{?(TEST_NGINX_\w+)\}?)`)
	assignExpression     = regexp.MustCompile(`(?m)^\s*(?:local )?\$ENV\{\s*['"]?(\w+)['"]?\s*\}\s*(\|\|=|//=|=)\s*['"]?([\w.:-]*)[^\n]*$`)
)

// scans are the functions and what they stand for, each with what it finds in a text.
var scans = map[string]struct{ scan, expression func(text string) any }{
	"openedPorts": {
		func(text string) any { return slices.Collect(openedPorts(text)) },
		func(text string) any {
			var ports []int
			for _, m := range opensExpression.FindAllStringSubmatch(text, -1) {
				port, _ := strconv.Atoi(strings.Join(m[1:], ""))
				ports = append(ports, port)
			}
			return ports
		},
	},
	"connections": {
		func(text string) any { return pairs(connections(text)) },
		func(text string) any { return matchedPairs(connectExpression, text) },
	},
	"addresses": {
		func(text string) any { return pairs(addresses(text)) },
		func(text string) any { return matchedPairs(addressExpression, text) },
	},
	"numbers": {
		func(text string) any { return slices.Collect(numbers(text)) },
		func(text string) any { return numberExpression.FindAllString(text, -1) },
	},
	"resolverWords": {
		func(text string) any { return slices.Collect(resolverWords(text)) },
		func(text string) any {
			var words []string
			for _, m := range resolverExpression.FindAllStringSubmatch(text, -1) {
				words = append(words, m[1])
			}
			return words
		},
	},
	"sharedPaths": {
		func(text string) any { return slices.Collect(sharedPaths(text)) },
		func(text string) any { return sharedPathExpression.FindAllString(text, -1) },
	},
	"withoutComments": {
		func(text string) any { return withoutComments(text) },
		func(text string) any { return commentExpression.ReplaceAllString(text, "") },
	},
	"assignments": {
		func(text string) any {
			var all [][]string
			for a := range assignments(text) {
				all = append(all, []string{text[a.start:a.end], a.name, a.operator, a.value})
			}
			return all
		},
		func(text string) any { return assignExpression.FindAllStringSubmatch(text, -1) },
	},
	"withoutAssignments": {
		func(text string) any { return withoutAssignments(text) },
		func(text string) any { return assignExpression.ReplaceAllString(text, "") },
	},
	"replaceVariables": {
		func(text string) any { return replaceVariables(text, knownVariable) },
		func(text string) any {
			return variableExpression.ReplaceAllStringFunc(text, func(s string) string {
				m := variableExpression.FindStringSubmatch(s)
				return cmp.Or(knownVariable(cmp.Or(m[1], m[2])), s)
			})
		},
	},
}

// knownVariable knows every other variable.
func knownVariable(name string) string {
	if len(name)%2 == 0 {
		return "<" + name + ">"
	}
	return ""
}

func pairs(found iter.Seq2[string, int]) (all []string) {
	for host, port := range found {
		all = append(all, fmt.Sprintf("%s %d", host, port))
	}
	return all
}

func matchedPairs(expression *regexp.Regexp, text string) (all []string) {
	for _, m := range expression.FindAllStringSubmatch(text, -1) {
		port, _ := strconv.Atoi(m[2])
		all = append(all, fmt.Sprintf("%s %d", m[1], port))
	}
	return all
}

// scanned holds all functions against their expressions, on one text.
func scanned(t *testing.T, name, text string) {
	t.Helper()
	for function, s := range scans {
		if got, want := s.scan(text), s.expression(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s finds\n%q, the expression\n%q", name, function, got, want)
		}
	}
}

// TestScan is about texts that are odd, as they are and each behind each other one, where what was found may hide what the other
// begins with, and about all files of this project.
func TestScan(t *testing.T) {
	odd := []string{
		"", "\n", "\n\n", " ", "#", "\t# a", "x # a", "\n \f\n\r# a\n#b\n\n#c", "#\n\n", "a\n \n # b\n\n c", "é\n#\xff\n\xff#", "\v# not a space",
		"listen 80;", "listen\n\t8080", "listen 123456", "listen 80x", "listen 80_", "listen 80é", "_listen 80", "élisten 80", "listen80", "listen a.b*:90 x",
		"listen 80:90x", "listen 80:90", "listen *:1", "listen [::1]:443 ssl", "listen [:: 1]:443", "listen [::]443", "listen []:5", "listen [\n]:5", "listen [é]:5",
		"listen [::", "listen  ", "listen", "listen :80", "listen a:b:80", "listen unix:/tmp/a.sock;", "listen é:80", "listen 00000", "listen -80",
		"--- tcp_listen: 11", "--- tcp_listen:11", "--- udp_listen:    12\n", "--- tcp_listen\n13", "--- tcp_listen\n\n13", "--- tcp_listen\n 13", "--- tcp_listen 14",
		" --- tcp_listen\n15", "x--- tcp_listen\n16", "--- tcp_listen: \"17\"", "tcp_listen: \"18\"", "xtcp_listen: 19", "_udp_listen: 20", ".udp_listen: 21", "tcp_listen:\t22",
		"\n--- tcp_listen: 23x", "--- tcp_listen: listen 24", "--- tcp_listen: 25 tcp_listen: 26", "sctp_listen: 27", "tcp_listen\n28", "tcp_listen", "--- tcp_listen",
		":bind(a, 1)", ":bind(a,\n\t2", ":bind(listen 80, 3)", ":bind(a) , 4", ":bind(a\n, 5", ":bind(, 6", ":bind(a, 7x", ":bind(", ":bind(a, b, 8)", "x:bind(:bind(a, 9)",
		":bind(a, listen 10", "listen 1:bind(a, 11)",
		"1.2.3.4:5", "01.2.3.4:5", "1234.2.3.4:5", "1.2.3.4.5:6", "1.2.3.4:5.6.7.8:9", "1.2.3.4:56789x 1.2.3.4:5", "a1.2.3.4:5", "é1.2.3.4:5", "_1.2.3.4:5", "1.2.3:4", "1..2.3.4:5", ".2.3.4:5",
		"1.2.3.4:123456", "1.2.3.4:", "1.2.3.1234:5", "a.bc:1", "a.b:1", "a.bC:1", "A.bc:1", "Ab-c.de:1", "Ab.cd.ef:1", "-a.bc:1", "_a.bc:1", "_a-b.cd:1", "a..bc:1", "a.b.cd:1", ".bc:1", "bc:1", "..bc:1",
		"a.bc:80.de.fg:90", "a.bc:80de.fg:90", "a.bc:80x.de:90", "http://www.example.com:8080/x", "a.1c:1", "a.1.bc:1", "1.2.3.4.bc:5", "xé.bc:1", "é-a.bc:1", "a-.bc:1", ":1", "::1", "a.bc::1", "a.bc:1:2", "ü.bc:3",
		"connect(\"a.b\", 80)", "connect(( 'a.b' , '81'", "connect((('a.b', 82", "connect a.b,83", "connecta.b,84", "connect-a.b,85", "connect.a.b,86", "connect\n(\n\"a.b\"\n,\n\"87\"",
		"setpeername(\"1.2.3.4\", 88)", "setpeername connect a.b, 89", "connect connect.a, 90", "connect(a.b-c, 91", "connect(a-b.c, 92", "connect(a..b, 93", "connect(a., 94", "connect(.a, 95",
		"connect(a, 96", "connect(\"\"a.b, 97", "connect(a.b\"', 98", "connect(a.b,, 99", "connect(a.b, 100x", "xconnect(a.b, 101", "_connect(a.b, 1", "éconnect(a.b, 102", ":connect(\"a.b\",\"103\")",
		"connect(é.b, 1", "connect", "connect(", "connect(\"a.b", "connect(\"a.b\"", "connect(\"a.b\",", "connect(a.b, 123456", "connect( (a.b, 104", "connect ( (a.b, 105", "setpeername", "connect(-.b, 106",
		"1234 12345 123456 123 a1234 1234a _1234 é1234é 1234.5678 1234-12345", "1234", "12345", "0x1234", "1234_", "1234é",
		"resolver 1.2.3.4;", "resolver  ;", "resolver ;", "resolver \n;", "resolver\n ;", "resolver\n\n1.1.1.1 2.2.2.2 ipv6=off;", "resolver a\n;", "resolver a", "resolver;", "xresolver a;", "éresolver a;",
		"resolver_timeout 3;", "resolver é;", "resolver resolver a;", "resolver a resolver b; resolver c;", "resolver \t\n\t;", "resolver", "resolver ", "resolver $x:53 valid=3s;", ".resolver a;",
		"/tmp/", "/tmp/tmp/a/tmp/", "/tmp/a.b-c_d/./..;", "/tmp", "x/tmp/é", "/tmp//tmp/", "/tmp/\n",
		"$TEST_NGINX_", "$TEST_NGINX_A", "$TEST_NGINX_AB ${TEST_NGINX_A} ${TEST_NGINX_AB", "$TEST_NGINX_TEST_NGINX_A", "TEST_NGINX_A", "\\$TEST_NGINX_AB}", "$$TEST_NGINX_A$TEST_NGINX_AB}}", "${{TEST_NGINX_AB}",
		"$ENV{TEST_NGINX_A}", "$ENV{ 'TEST_NGINX_AB' }", "$ENV{\n\"TEST_NGINX_AB'\n}", "$ENV{''TEST_NGINX_AB'}", "$ENV{TEST_NGINX_AB", "$ENV{TEST_NGINX_AB . ''}", "$ENV{$TEST_NGINX_AB}", "$ENV{'$TEST_NGINX_AB'}",
		"$ENV {TEST_NGINX_AB}", "ENV{TEST_NGINX_AB}", "$ENV{TEST_NGINX_A}}", "$TEST_NGINX_é", "$TEST_NGINX_Aé", "${ TEST_NGINX_AB}", "$ENV{' TEST_NGINX_AB'}", "$ENV{TEST_NGINX_AB'}", "$\"TEST_NGINX_AB", "${'TEST_NGINX_AB",
		"$ENV{A} = 1;", "$ENV{A} ||= '1.2:3-4_é' . x;\n", "  local $ENV{'A'} //= \"b\";", "local  $ENV{A} = 1", "local $ENV{A}=", "$ENV{A} =\n\n 'x'\ny", "$ENV{A} =\n", "$ENV{A} |= 1", "$ENV{A} /= 1", "$ENV{A} == 1",
		"x $ENV{A} = 1", "\n\n \t$ENV{A} = 1\n\n$ENV{B} = $ENV{C} = 2\n", "$ENV{A} =\n$ENV{B} = 2", "x local $ENV{A} = 1", "xlocal $ENV{A} = 1", "\nlocal\n$ENV{A} = 1", "local local $ENV{A} = 1", "$ENV{} = 1", "$ENV{a b} = 1", "$ENV{A = 1",
		"$ENV{A}\n||=\n1", "$ENV{ A }=\"'b", "$ENV{$a} = 1", "$ENV{é} = 1", "$ENV{A} = \xff\n", "x\n \f$ENV{A} = 1", "\v$ENV{A} = 1", "$ENV{A} ||=#\n# a\n", "local $ENV{A}", "$ENV{", "local $ENV{", "$ENV{A}", "# $ENV{A} = 1",
	}
	for i, text := range odd {
		scanned(t, strconv.Quote(text), text)
		for j, next := range odd {
			both := text + strings.Repeat("\n", (i+j)%2) + next
			scanned(t, strconv.Quote(both), both)
		}
		if t.Failed() {
			return
		}
	}
	for _, path := range suiteFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		scanned(t, path, string(text))
	}
}

// suiteFiles are the test files of this project.
func suiteFiles(t testing.TB) (files []string) {
	err := filepath.WalkDir("../t", func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".t") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	return files
}
