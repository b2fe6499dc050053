package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
	"github.com/spf13/pflag"

	"github.com/ngxtest/ngxtest/runner"
)

// laneOptions is what the flags say about what runs side by side.
type laneOptions struct {
	jobs    int
	isolate string
	onHost  []string
	serve   []string
}

func (o *laneOptions) flags(f *pflag.FlagSet) {
	f.IntVarP(&o.jobs, "jobs", "j", 0, "files and blocks that run side by side, a `NUMBER` (as many as keep the processors busy)")
	f.StringVar(&o.isolate, "isolate", runner.IsolateAuto, "how what runs side by side is kept apart, a `WAY`: netns (each lane in a network of its own), ports\n"+
		"(other ports for each; files that name ports run one at a time), none (one file after the other), or auto (the best that works\nhere)")
	f.StringArrayVar(&o.onHost, "host-lane", nil, "run the files that match this `GLOB` on the host's network, one at a time: they need a server that\nis there; may be repeated")
	f.StringArrayVar(&o.serve, "service", nil, "start a server of its own in each lane: memcached, redis, or a `COMMAND` with its port in it, as in\n'memcached -u root -p 11211'; or PORT:COMMAND; may be repeated")
}

// validate names what is wrong with them.
func (o *laneOptions) validate(given *pflag.FlagSet) error {
	ways := []string{runner.IsolateAuto, runner.IsolateNetns, runner.IsolatePorts, runner.IsolateNone}
	switch {
	case !slices.Contains(ways, o.isolate):
		return fmt.Errorf("--isolate=%s: no such way (%s)", o.isolate, strings.Join(ways, ", "))
	case o.jobs < 1 && given.Changed("jobs"):
		return fmt.Errorf("-j %d: no such number of jobs (1 or more)", o.jobs)
	}
	return nil
}

// possible returns why what is asked for cannot be done on this machine.
func (o *laneOptions) possible(services, keep bool) error {
	asked := "--isolate=" + o.isolate
	switch {
	case keep && services:
		return errors.New("--keep: files run one after the other then, on the host's network, and services need lanes (leave one of them out)")
	case keep && (o.isolate == runner.IsolateNetns || o.isolate == runner.IsolatePorts):
		return fmt.Errorf("--keep: files run one after the other then, on the host's network (leave out %s)", asked)
	case services && o.isolate != runner.IsolateAuto && o.isolate != runner.IsolateNetns:
		return fmt.Errorf("%s: services need lanes with a network of their own (leave out --service, or %s)", asked, asked)
	case services:
		asked = "--service"
	case o.isolate != runner.IsolateNetns:
		return nil
	}
	if found := runner.FindIsolation(); found.Way != runner.IsolateNetns {
		return fmt.Errorf("%s: %w (%s)", asked, found.Why, found.Advice)
	}
	return nil
}

// services reads the services of the flags and of the configuration.
func (o *laneOptions) services(conf config, env map[string]string) ([]runner.Service, error) {
	var list []runner.Service
	var problems *multierror.Error
	for _, text := range append(slices.Clone(conf.Services), o.serve...) {
		names := []string{text}
		if !strings.ContainsAny(text, " :") {
			names = strings.Split(text, ",")
		}
		for _, name := range names {
			s, err := runner.ParseService(name, env)
			if err != nil {
				problems = multierror.Append(problems, err)
			} else if !slices.ContainsFunc(list, func(other runner.Service) bool { return other.Port == s.Port }) {
				list = append(list, s)
			}
		}
	}
	return list, problems.ErrorOrNil()
}
