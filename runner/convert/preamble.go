package convert

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Statements that a preamble may consist of to have a form in YAML. Everything else is Perl.
var (
	harmlessUse = lazyregexp.New(`^use (?:strict|warnings|lib [^()]*|Test::Nginx::Socket(?:::Lua(?:::Stream|::Dgram)?)?)$`)
	noPlanUse   = lazyregexp.New(`^use Test::Nginx::Socket(?:::Lua(?:::Stream|::Dgram)?)? (?:'no_plan'|"no_plan"|qw\(\s*no_plan\s*\))$`)
	planOf      = lazyregexp.New(`^plan\s*\(?\s*tests\s*=>\s*[-+*()0-9\s]*(?:(?:repeat_each|blocks)\s*(?:\(\s*\))?[-+*()0-9\s]*)*\)?$`)
	planNone    = lazyregexp.New(`^plan\s*\(?\s*['"]no_plan['"]\s*\)?$`)
	call        = lazyregexp.New(`^([a-z_]+)\s*\(?\s*([^()]*?)\s*\)?$`)
	oneArgument = lazyregexp.New(`^(?:[0-9]+(?:\.[0-9]+)?|'[^'\\]*'|"[^"\\$@]*")$`)
)

// numbers, texts and switches are the settings by what they take.
var (
	numbers  = []string{"repeat_each", "workers", "worker_connections"}
	texts    = []string{"log_level", "timeout", "server_addr", "server_name", "server_port", "server_port_for_client"}
	switches = []string{"no_shuffle", "no_long_string", "no_diff", "check_accum_error_log", "no_root_location", "use_hup", "no_nginx_manager",
		"master_on", "master_off"}
)

// readPreamble reads a preamble that consists of calls with literal arguments, each at most once, and ends in run_tests(). plain is false for
// any other: it does something that only Perl can say.
func readPreamble(perl string, plan spec.Plan) (settings []spec.Setting, comments []string, plain bool) {
	var code strings.Builder
	for line := range strings.Lines(perl) {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "=") {
			return nil, nil, false // documentation
		}
		if comment, ok := strings.CutPrefix(trimmed, "#"); ok {
			comments = append(comments, strings.TrimSpace(comment))
			continue
		}
		code.WriteString(line)
	}
	seen := map[string]bool{}
	ended := false
	for statement := range strings.SplitSeq(code.String(), ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		if statement == "" {
			continue
		}
		if ended {
			return nil, nil, false
		}
		switch {
		case harmlessUse.MatchString(statement), noPlanUse.MatchString(statement), planNone.MatchString(statement):
		case planOf.MatchString(statement) && plan.Kind == spec.PlanTests:
			settings = append(settings, spec.Setting{Name: "plan", Value: plan.Tests})
		case statement == "run_tests" || statement == "run_tests()" || statement == "run_tests ()":
			ended = true
		default:
			s, ok := readCall(statement)
			if !ok || seen[s.Name] {
				return nil, nil, false
			}
			seen[s.Name] = true
			settings = append(settings, s)
		}
	}
	return settings, comments, ended
}

// readCall reads a call of a function that is a setting.
func readCall(statement string) (s spec.Setting, ok bool) {
	m := call.FindStringSubmatch(statement)
	if m == nil {
		return s, false
	}
	name, argument := m[1], m[2]
	literal := oneArgument.MatchString(argument)
	s.Name = name
	switch {
	case slices.Contains(switches, name) && argument == "":
		s.Value = true
	case slices.Contains(numbers, name) && literal:
		n, err := strconv.Atoi(strings.Trim(argument, `'"`))
		s.Value = n
		return s, err == nil && n > 0
	case slices.Contains(texts, name) && literal:
		s.Value = strings.Trim(argument, `'"`)
	case name == "env_to_nginx" && argument != "":
		var list []string
		for part := range strings.SplitSeq(argument, ",") {
			part = strings.TrimSpace(part)
			if !oneArgument.MatchString(part) {
				return s, false
			}
			list = append(list, strings.Trim(part, `'"`))
		}
		s.Value = list
	default:
		return s, false
	}
	return s, true
}
