package perl

import (
	"bufio"
	"io"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// WriteShow writes what the runner sees of a suite as one line of JSON:
//
//	{"file": "t/a.t", "entry": "run_tests", "settings": {"plan": {"tests": "12"}, "repeat_each": "2", ...},
//	 "blocks": [{"name": "TEST 1: sanity", "line": 12, "values": {"request": "GET /t\n", ...}}]}
//
// A value is a string (one byte is one code point U+0000..U+00FF; a string with wide characters has its own), null for
// undef, an array, {"hash": {...}}, {"regexp": "...", "flags": "ms"}, {"code": true} or {"ref": value}; numbers are
// strings, as Perl prints them. Of several values that a section has, the first is written. Block preprocessors must
// have been applied by the caller.
func WriteShow(w io.Writer, s *spec.Suite) error {
	j := jsonText{bufio.NewWriterSize(w, 1<<16)}
	j.raw(`{"file":`)
	j.str(s.File)
	j.raw(`,"entry":`)
	j.str(s.Entry)
	j.raw(`,"settings":`)
	j.settings(s.Settings)
	j.raw(`,"blocks":[`)
	for i, b := range s.Blocks {
		j.comma(i)
		j.raw("\n{\"name\":")
		j.str(b.Name)
		j.raw(`,"line":` + strconv.Itoa(b.Line) + `,"values":{`)
		for k, sec := range b.Sections {
			j.comma(k)
			j.str(sec.Name)
			j.raw(":")
			j.value(b.Value(sec.Name))
		}
		j.raw("}}")
	}
	j.raw("]}\n")
	return j.w.Flush()
}

// jsonText writes JSON by hand: the members of an object keep the order of the file, and strings are bytes.
// Errors stay in the writer until it is flushed.
type jsonText struct{ w *bufio.Writer }

func (j jsonText) raw(s string) { j.w.WriteString(s) }

func (j jsonText) comma(i int) {
	if i > 0 {
		j.raw(",")
	}
}

func (j jsonText) settings(s spec.Settings) {
	j.raw(`{"plan":`)
	switch s.Plan.Kind {
	case spec.PlanNo:
		j.str("no_plan")
	case spec.PlanTests:
		j.raw(`{"tests":`)
		j.str(strconv.Itoa(s.Plan.Tests))
		j.raw("}")
	case spec.PlanSkipAll:
		j.raw(`{"skip_all":`)
		j.str(s.Plan.Reason)
		j.raw("}")
	default:
		j.raw("null")
	}
	for _, p := range []struct{ name, value string }{
		{"repeat_each", strconv.Itoa(s.RepeatEach)},
		{"no_shuffle", flag(s.NoShuffle)},
		{"no_long_string", flag(s.NoLongString)},
		{"no_diff", flag(s.NoDiff)},
		{"workers", strconv.Itoa(s.Workers)},
		{"worker_connections", strconv.Itoa(s.WorkerConnections)},
		{"log_level", s.LogLevel},
		{"timeout", s.Timeout},
		{"master_process", s.MasterProcess},
		{"check_accum_error_log", flag(s.CheckAccumErrorLog)},
		{"no_root_location", flag(s.NoRootLocation)},
		{"use_hup", flag(s.UseHup)},
		{"no_nginx_manager", flag(s.NoNginxManager)},
		{"server_addr", s.ServerAddr},
		{"server_name", s.ServerName},
		{"server_port", s.ServerPort},
		{"server_port_for_client", s.ServerPortForClient},
		{"config_preamble", s.ConfigPreamble},
	} {
		j.raw(`,"` + p.name + `":`)
		j.str(p.value)
	}
	j.raw(`,"env_to_nginx":[`)
	for i, e := range s.EnvToNginx {
		j.comma(i)
		j.str(e)
	}
	j.raw("]}")
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func (j jsonText) value(v spec.Value) {
	switch v.Kind {
	case spec.Undef:
		j.raw("null")
	case spec.Bytes, spec.Number:
		if v.Wide {
			j.wide(v.Str)
		} else {
			j.str(v.Str)
		}
	case spec.List:
		j.raw("[")
		for i, e := range v.List {
			j.comma(i)
			j.value(e)
		}
		j.raw("]")
	case spec.Map:
		keys := make([]string, 0, len(v.Map))
		for k := range v.Map {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		j.raw(`{"hash":{`)
		for i, k := range keys {
			j.comma(i)
			j.str(k)
			j.raw(":")
			j.value(v.Map[k])
		}
		j.raw("}}")
	case spec.Regexp:
		j.raw(`{"regexp":`)
		j.str(v.Str)
		j.raw(`,"flags":`)
		j.str(shownFlags(v.Str, v.Flags))
		j.raw("}")
	case spec.Ref:
		j.raw(`{"ref":`)
		j.value(v.List[0])
		j.raw("}")
	default:
		j.raw(`{"code":true}`)
	}
}

// str writes bytes as a string of code points below U+0100.
func (j jsonText) str(s string) {
	j.w.WriteByte('"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if plainJSON[c] {
			continue
		}
		j.raw(s[start:i])
		start = i + 1
		if c < utf8.RuneSelf {
			j.escape(c)
		} else {
			j.w.WriteRune(rune(c))
		}
	}
	j.raw(s[start:])
	j.w.WriteByte('"')
}

// wide writes a string that has characters above U+00FF, given as UTF-8.
func (j jsonText) wide(s string) {
	j.w.WriteByte('"')
	for _, r := range s {
		if r < utf8.RuneSelf && !plainJSON[r] {
			j.escape(byte(r))
		} else {
			j.w.WriteRune(r)
		}
	}
	j.w.WriteByte('"')
}

// plainJSON are the bytes that stand for themselves.
var plainJSON = func() (plain [256]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

func (j jsonText) escape(c byte) {
	switch c {
	case '"', '\\':
		j.w.WriteByte('\\')
		j.w.WriteByte(c)
	case '\n':
		j.raw(`\n`)
	case '\t':
		j.raw(`\t`)
	default:
		const hex = "0123456789abcdef"
		j.raw(`\u00`)
		j.w.WriteByte(hex[c>>4])
		j.w.WriteByte(hex[c&15])
	}
}
