package runner

import (
	"context"
	"fmt"
	"io"

	"github.com/ngxtest/ngxtest/runner/perl"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// Show evaluates a test file and hands the suite to use, with the preprocessors of its blocks applied; nothing is run.
// What the file prints or warns of goes to diagnostics.
func Show(ctx context.Context, s Setup, file string, diagnostics io.Writer, use func(*spec.Suite) error) error {
	f := &fileRun{Worker: &Worker{setup: s.withDefaults()}, ctx: ctx, job: Job{File: file}, slowdown: 1}
	f.say = func(_ int, e report.Event) {
		switch e.Kind {
		case report.Diag, report.Note, report.Stdout, report.Stderr, report.Info:
			fmt.Fprint(diagnostics, e.Text)
		}
	}
	o := f.perlOptions()
	o.Probe = func(o *perl.Options) { // few files ask
		if build, err := FindNginx(ctx, f.setup.Env); err == nil {
			o.NginxVersion, o.OpenSSLVersion, o.PcreVersion = build.Canonical, build.OpenSSL, build.PCRE
		}
	}
	return perl.Load(ctx, file, o, func(suite *spec.Suite) error {
		for _, block := range suite.Blocks {
			if suite.Preprocess == nil {
				break
			}
			if err := suite.Preprocess(block); err != nil {
				return err
			}
		}
		return use(suite)
	})
}
