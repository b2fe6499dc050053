package spec

import (
	"strconv"

	"gopkg.in/yaml.v3"
)

// settings reads the mapping under the key settings.
func (r *yamlReader) settings(y *YAMLSuite, n *yaml.Node) {
	for _, p := range r.pairs(n, "settings") {
		if p.name == "plan" {
			r.plan(y, p)
			continue
		}
		read, known := settings[p.name]
		if !known {
			r.unknown(p.key, "setting", Nearest(p.name, settings))
			continue
		}
		if set := read(r, p); set != nil {
			y.settings = append(y.settings, set)
			var value any
			if p.value.Decode(&value) == nil {
				y.Settings = append(y.Settings, Setting{p.name, value})
			}
		}
	}
}

// setting reads a value; it returns what that does to the settings, nil when it is wrong.
type setting func(*yamlReader, pair) func(*Settings)

// settings are named as Test::Nginx's functions are.
var settings = map[string]setting{
	"plan":                   nil, // see plan
	"repeat_each":            count(1, func(s *Settings) *int { return &s.RepeatEach }),
	"workers":                count(1, func(s *Settings) *int { return &s.Workers }),
	"worker_connections":     count(1, func(s *Settings) *int { return &s.WorkerConnections }),
	"no_shuffle":             toggle(func(s *Settings, on bool) { s.NoShuffle = on }),
	"no_long_string":         toggle(func(s *Settings, on bool) { s.NoLongString = on }),
	"no_diff":                toggle(func(s *Settings, on bool) { s.NoDiff = on }),
	"check_accum_error_log":  toggle(func(s *Settings, on bool) { s.CheckAccumErrorLog = on }),
	"no_root_location":       toggle(func(s *Settings, on bool) { s.NoRootLocation = on }),
	"use_hup":                toggle(func(s *Settings, on bool) { s.UseHup = on }),
	"no_nginx_manager":       toggle(func(s *Settings, on bool) { s.NoNginxManager = on }),
	"master_on":              toggle(func(s *Settings, on bool) { s.MasterProcess = onOff(on) }),
	"master_off":             toggle(func(s *Settings, on bool) { s.MasterProcess = onOff(!on) }),
	"log_level":              word(func(s *Settings) *string { return &s.LogLevel }),
	"timeout":                word(func(s *Settings) *string { return &s.Timeout }),
	"server_addr":            word(func(s *Settings) *string { return &s.ServerAddr }),
	"server_name":            word(func(s *Settings) *string { return &s.ServerName }),
	"server_port":            word(func(s *Settings) *string { return &s.ServerPort }),
	"server_port_for_client": word(func(s *Settings) *string { return &s.ServerPortForClient }),
	"config_preamble":        word(func(s *Settings) *string { return &s.ConfigPreamble }),
	"env_to_nginx":           envToNginx,
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func toggle(set func(*Settings, bool)) setting {
	return func(r *yamlReader, p pair) func(*Settings) {
		var on bool
		if p.value.Kind != yaml.ScalarNode || p.value.Tag != "!!bool" || p.value.Decode(&on) != nil {
			r.wrong(p.at, p.name, "true or false")
			return nil
		}
		return func(s *Settings) { set(s, on) }
	}
}

func count(least int, field func(*Settings) *int) setting {
	return func(r *yamlReader, p pair) func(*Settings) {
		n, err := strconv.Atoi(p.value.Value)
		if p.value.Kind != yaml.ScalarNode || err != nil || n < least {
			r.wrong(p.at, p.name, "a whole number from "+strconv.Itoa(least))
			return nil
		}
		return func(s *Settings) { *field(s) = n }
	}
}

func word(field func(*Settings) *string) setting {
	return func(r *yamlReader, p pair) func(*Settings) {
		if p.value.Kind != yaml.ScalarNode || isNull(p.value) {
			r.wrong(p.at, p.name, "text")
			return nil
		}
		text := r.text(p.value, p.name)
		return func(s *Settings) { *field(s) = text }
	}
}

func envToNginx(r *yamlReader, p pair) func(*Settings) {
	names := []*yaml.Node{p.value}
	if p.value.Kind != yaml.ScalarNode {
		names = r.list(p.value, p.name)
	}
	var texts []string
	for _, n := range names {
		texts = append(texts, r.text(n, "a name in "+p.name))
	}
	return func(s *Settings) { s.EnvToNginx = append(s.EnvToNginx, texts...) }
}

// plan reads a number of tests, "no_plan", or {skip_all: reason}.
func (r *yamlReader) plan(y *YAMLSuite, p pair) {
	if p.value.Kind == yaml.MappingNode {
		for _, p := range r.pairs(p.value, "plan") {
			if p.name != "skip_all" {
				r.unknown(p.key, "key", "skip_all")
				continue
			}
			y.Plan = Plan{Kind: PlanSkipAll, Reason: r.text(p.value, p.name)}
		}
		return
	}
	n, err := strconv.Atoi(p.value.Value)
	switch {
	case p.value.Kind == yaml.ScalarNode && p.value.Value == "no_plan":
	case p.value.Kind == yaml.ScalarNode && err == nil && n > 0:
		y.Plan = Plan{Kind: PlanTests, Tests: n}
	default:
		r.wrong(p.at, "plan", "a number of tests, no_plan or {skip_all: reason}")
	}
}
