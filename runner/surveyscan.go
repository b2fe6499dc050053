package runner

import (
	"iter"
	"strconv"
	"strings"
)

// What a survey looks for is said by regular expressions, which stand above the functions here, and found by hand: every run
// reads all of its files, and Go's regexp steps through a text far slower than strings.Index finds the word without which an
// expression has no match. TestScan holds each function against its expression.

// portAt is (\d{1,5})\b at i. It returns the number, and the end of it; 0 where there is none.
func portAt(text string, i int) (port, end int) {
	end = past(text, i, isDigit)
	if end == i || end > i+5 || is(text, end, isWord) {
		return 0, 0
	}
	port, _ = strconv.Atoi(text[i:end])
	return port, end
}

// lineStart is (?m:^)\s* with its end at i. It returns the leftmost start, -1 where there is none from low on.
func lineStart(text string, i, low int) int {
	start := before(text, i, low, isSpace)
	if start == 0 || text[start-1] == '\n' {
		return start
	}
	if at := strings.IndexByte(text[start:i], '\n'); at >= 0 {
		return start + at + 1
	}
	return -1
}

// withoutComments is text without (?m)^\s*#.*$
func withoutComments(text string) string {
	rest := rewritten{text: text}
	for at := indexFrom(text, "#", 0); at < len(text); at = indexFrom(text, "#", max(at+1, rest.end)) {
		if start := lineStart(text, at, rest.end); start >= 0 {
			rest.replace(start, indexFrom(text, "\n", at), "")
		}
	}
	return rest.String()
}

// assignment is what the Perl of a file says of a variable of the environment.
type assignment struct {
	start, end            int
	name, operator, value string
}

// assignments finds (?m)^\s*(?:local )?\$ENV\{\s*['"]?(\w+)['"]?\s*\}\s*(\|\|=|//=|=)\s*['"]?([\w.:-]*)[^\n]*$
func assignments(text string) iter.Seq[assignment] {
	return func(yield func(assignment) bool) {
		const variable, local = "$ENV{", "local "
		end := 0
		for at := indexFrom(text, variable, 0); at < len(text); at = indexFrom(text, variable, max(at+1, end)) {
			from := at
			if strings.HasSuffix(text[end:at], local) {
				from -= len(local)
			}
			a := assignment{start: lineStart(text, from, end)}
			if a.start < 0 || !a.parse(text, at+len(variable)) {
				continue
			}
			if end = a.end; !yield(a) {
				return
			}
		}
	}
}

// parse takes what stands behind the brace.
func (a *assignment) parse(text string, i int) bool {
	name := optional(text, past(text, i, isSpace), quotes)
	i = past(text, name, isWord)
	a.name = text[name:i]
	i = past(text, optional(text, i, quotes), isSpace)
	if a.name == "" || !has(text, i, "}") {
		return false
	}
	i = past(text, i+1, isSpace)
	for _, operator := range []string{"||=", "//=", "="} {
		if strings.HasPrefix(text[i:], operator) {
			value := optional(text, past(text, i+len(operator), isSpace), quotes)
			i = past(text, value, isValue)
			a.operator, a.value, a.end = operator, text[value:i], indexFrom(text, "\n", i)
			return true
		}
	}
	return false
}

// withoutAssignments is text without what assignments finds.
func withoutAssignments(text string) string {
	rest := rewritten{text: text}
	for a := range assignments(text) {
		rest.replace(a.start, a.end, "")
	}
	return rest.String()
}

// replaceVariables puts values in the place of each \$(?:ENV\{\s*['"]?(TEST_NGINX_\w+)['"]?\s*\}|\{?(TEST_NGINX_\w+)\}?):
// variables as they stand in sections, and in Perl. One that has no value stays.
func replaceVariables(text string, value func(name string) string) string {
	const prefix = "TEST_NGINX_"
	r := rewritten{text: text}
	for at := indexFrom(text, prefix, 0); at < len(text); at = indexFrom(text, prefix, max(at+1, r.end)) {
		end := past(text, at, isWord)
		name := text[at:end]
		start, perl := variableStart(text, at, r.end)
		if start < 0 || name == prefix {
			continue
		}
		if perl {
			end = past(text, optional(text, end, quotes), isSpace)
			if !has(text, end, "}") {
				continue
			}
		}
		end = optional(text, end, "}")
		known := value(name)
		if known == "" {
			known = text[start:end]
		}
		r.replace(start, end, known)
	}
	return r.String()
}

// variableStart is where a variable starts, from low on, whose name is at i: behind $ or ${, or as Perl has it. -1: it is none.
func variableStart(text string, i, low int) (start int, perl bool) {
	head := text[low:i]
	if short := strings.TrimSuffix(head, "{"); strings.HasSuffix(short, "$") {
		return low + len(short) - 1, false
	}
	if has(head, len(head)-1, quotes) {
		head = head[:len(head)-1]
	}
	const variable = "$ENV{"
	head = head[:before(head, len(head), 0, isSpace)]
	if !strings.HasSuffix(head, variable) {
		return -1, false
	}
	return low + len(head) - len(variable), true
}

// openedPorts finds what a file opens itself, in nginx's configuration, in sections for peers, in Lua:
//
//	\blisten\s+(?:[\w.*]+:|\[[^\]\s]*\]:)?(\d{1,5})\b|
//	(?m:^--- (?:tcp|udp)_listen(?:: *|\n)(\d{1,5})\b)|\b(?:tcp|udp)_listen: *"?(\d{1,5})\b|:bind\([^,)\n]*,\s*(\d{1,5})\b
func openedPorts(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		const listen, bind = "listen", ":bind("
		words, low := placesOf(text, listen, bind), 0
		for at, word := words.from(0); at < len(text); at, word = words.from(max(at+1, low)) {
			port, end := 0, 0
			if word == bind {
				port, end = boundPort(text, at+len(bind))
			} else {
				port, end = listenedPort(text, at+len(listen), at, low)
			}
			if end == 0 {
				continue
			}
			if low = end; !yield(port) {
				return
			}
		}
	}
}

// listenedPort is the port behind a "listen" that stands at that place and ends at i, nothing of it in front of low.
func listenedPort(text string, i, at, low int) (port, end int) {
	if boundary(text, at) {
		i := past(text, i, isSpace)
		if i == at+len("listen") {
			return 0, 0
		}
		if host := hostEnd(text, i); host > 0 {
			if port, end = portAt(text, host); end > 0 {
				return port, end
			}
		}
		return portAt(text, i)
	}
	const peer, section = len("tcp_"), len("--- ")
	if at-peer < low || text[at-peer:at] != "tcp_" && text[at-peer:at] != "udp_" {
		return 0, 0
	}
	start := at - peer - section
	if start >= low && text[start:at-peer] == "--- " && (start == 0 || text[start-1] == '\n') {
		digits := i + 1
		switch {
		case has(text, i, ":"):
			for has(text, digits, " ") {
				digits++
			}
			port, end = portAt(text, digits)
		case has(text, i, "\n"):
			port, end = portAt(text, digits)
		}
		if end > 0 {
			return port, end
		}
	}
	if !boundary(text, at-peer) || !has(text, i, ":") {
		return 0, 0
	}
	for i++; has(text, i, " "); {
		i++
	}
	return portAt(text, optional(text, i, `"`))
}

// hostEnd is the end of [\w.*]+: or \[[^\]\s]*\]: at i; 0 where neither is there.
func hostEnd(text string, i int) int {
	end := past(text, i, isBind)
	if end == i && has(text, i, "[") {
		end = i + 1
		for end < len(text) && text[end] != ']' && !is(text, end, isSpace) {
			end++
		}
		if !has(text, end, "]") {
			return 0
		}
		end++
	}
	if end == i || !has(text, end, ":") {
		return 0
	}
	return end + 1
}

// boundPort is [^,)\n]*,\s*(\d{1,5})\b at i.
func boundPort(text string, i int) (port, end int) {
	comma := strings.IndexAny(text[i:], ",)\n")
	if comma < 0 || text[i+comma] != ',' {
		return 0, 0
	}
	return portAt(text, past(text, i+comma+1, isSpace))
}

// connections finds the host and the port of \b(?:connect|setpeername)\(?\s*\(?["']?((?:[\w-]+\.)+\w+)["']?\s*,\s*["']?(\d{1,5})\b
func connections(text string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		words, low := placesOf(text, "connect", "setpeername"), 0
		for at, word := words.from(0); at < len(text); at, word = words.from(max(at+1, low)) {
			if !boundary(text, at) {
				continue
			}
			host, port, end := connection(text, at+len(word))
			if end == 0 {
				continue
			}
			if low = end; !yield(host, port) {
				return
			}
		}
	}
}

// connection takes what stands behind the function's name. The end is 0 where that is something else.
func connection(text string, i int) (host string, port, end int) {
	i = optional(text, past(text, optional(text, i, "("), isSpace), "(")
	i = optional(text, i, quotes)
	end = past(text, i, isHost)
	host = text[i:end]
	i = past(text, optional(text, end, quotes), isSpace)
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || dot == len(host)-1 || !has(text, i, ",") ||
		host[0] == '.' || strings.Contains(host, "..") || strings.Contains(host[dot:], "-") {
		return "", 0, 0
	}
	port, end = portAt(text, optional(text, past(text, i+1, isSpace), quotes))
	return host, port, end
}

// addresses finds the host and the port of \b(\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]+\.)+[a-z]{2,}):(\d{1,5})\b
func addresses(text string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		low := 0
		for colon := indexFrom(text, ":", 0); colon < len(text); colon = indexFrom(text, ":", colon+1) {
			port, end := portAt(text, colon+1)
			if end == 0 {
				continue
			}
			find := nameStart
			if is(text, colon-1, isDigit) {
				find = addressStart
			}
			start := find(text, colon, low)
			if start < 0 {
				continue
			}
			if low = end; !yield(text[start:colon], port) {
				return
			}
		}
	}
}

// addressStart is where \b\d{1,3}(?:\.\d{1,3}){3} starts that ends at i, -1 where none does that starts from low on.
func addressStart(text string, i, low int) int {
	for octet := range 4 {
		if octet > 0 {
			if i--; i < low || text[i] != '.' {
				return -1
			}
		}
		digits := before(text, i, low, isDigit)
		if digits == i || digits < i-3 {
			return -1
		}
		i = digits
	}
	if !boundary(text, i) {
		return -1
	}
	return i
}

// nameStart is where \b(?:[a-z0-9-]+\.)+[a-z]{2,} starts that ends at i, -1 where none does that starts from low on.
func nameStart(text string, i, low int) int {
	dot := i - 1
	for dot >= low && text[dot] >= 'a' && text[dot] <= 'z' {
		dot--
	}
	if dot < low || text[dot] != '.' || i-dot < 3 {
		return -1
	}
	first := dot // of what may belong to it
	for first > low && (is(text, first-1, isLabel) || text[first-1] == '.' && text[first] != '.') {
		first--
	}
	for ; first < dot; first++ {
		if text[first] != '.' && boundary(text, first) {
			return first
		}
	}
	return -1
}

// numbers finds \b\d{4,5}\b
func numbers(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); i++ {
			if classes[text[i]]&isWord == 0 {
				continue
			}
			start := i
			digits := past(text, i, isDigit)
			if i = past(text, digits, isWord); i == digits && (i == start+4 || i == start+5) && !yield(text[start:i]) {
				return
			}
		}
	}
}

// resolverWords finds what stands in each \bresolver\s+([^;\n]+);
func resolverWords(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		const resolver = "resolver"
		low := 0
		for at := indexFrom(text, resolver, 0); at < len(text); at = indexFrom(text, resolver, max(at+1, low)) {
			name := at + len(resolver)
			words := past(text, name, isSpace)
			if has(text, words, ";") {
				words-- // spaces are words, too
			}
			end := strings.IndexAny(text[words:], ";\n")
			if words <= name || end <= 0 || text[words+end] != ';' || !boundary(text, at) {
				continue
			}
			if low = words + end; !yield(text[words:low]) {
				return
			}
		}
	}
}

// sharedPaths finds /tmp/[\w./-]*
func sharedPaths(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		const tmp = "/tmp/"
		for at := indexFrom(text, tmp, 0); at < len(text); {
			end := past(text, at, isPath)
			if !yield(text[at:end]) {
				return
			}
			at = indexFrom(text, tmp, end)
		}
	}
}
