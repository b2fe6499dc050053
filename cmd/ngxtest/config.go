package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/go-multierror"
	"gopkg.in/yaml.v3"
)

// configName is the file with settings, beside t/.
const configName = "ngxtest.yaml"

// config is what ngxtest.yaml may say. Flags win over the environment, the environment over the file.
type config struct {
	Nginx       string   `yaml:"nginx"`        // --nginx, TEST_NGINX_BINARY
	LoadModules []string `yaml:"load_modules"` // --load-module, TEST_NGINX_LOAD_MODULES
	Include     []string `yaml:"include"`      // -I, PERL5LIB; all of them count
	Slowdown    float64  `yaml:"slowdown"`     // --slowdown, TEST_NGINX_SLEEP
	HostLane    []string `yaml:"host_lane"`    // --host-lane
	Services    []string `yaml:"services"`     // --service
	Ext         []string `yaml:"ext"`          // --ext

	Reports sideReports `yaml:"reports"` // --junit, --sarif, --html, --markdown, --json
}

// readConfig reads ngxtest.yaml; without one it is empty. All problems of the file are returned together.
func readConfig() (config, error) {
	var c config
	f, err := os.Open(configName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err != nil:
		return c, fmt.Errorf("%s: cannot be read", configName)
	}
	defer f.Close()
	decoder := yaml.NewDecoder(f)
	decoder.KnownFields(true)
	err = decoder.Decode(&c)
	if err == nil || errors.Is(err, io.EOF) {
		return c, nil
	}
	return c, located(err)
}

// located rewords an error of the YAML library as FILE:LINE: what, one for each problem.
func located(err error) error {
	lines := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		lines = several.Errors
	}
	var all *multierror.Error
	for _, line := range lines {
		where, what, ok := strings.Cut(strings.TrimPrefix(line, "line "), ": ")
		if _, bad := strconv.Atoi(where); !ok || bad != nil {
			where, what = "1", line
		}
		what = strings.Replace(what, " not found in type main.config", " is no setting (nginx, load_modules, include, slowdown, ext, reports, host_lane, services)", 1)
		what = strings.Replace(what, " not found in type main.sideReports", " is no report (junit, sarif, html, markdown, json)", 1)
		all = multierror.Append(all, fmt.Errorf("%s:%s: %s", configName, where, what))
	}
	return all
}
