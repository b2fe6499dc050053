package runner

import (
	"context"
	"fmt"
	"os"

	"github.com/ngxtest/ngxtest/runner/convert"
	"github.com/ngxtest/ngxtest/runner/report"
)

// Convert returns a .t file as a YAML suite, or a YAML suite as a .t file. Its Perl is evaluated for that; nothing is started.
func Convert(ctx context.Context, s Setup, file string) (convert.Result, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return convert.Result{}, fmt.Errorf("%s: cannot be read: %w", file, err)
	}
	f := &fileRun{Worker: NewWorker(ctx, s), ctx: ctx, job: Job{File: file}, say: func(int, report.Event) {}, slowdown: 1}
	return convert.File(ctx, file, src, f.perlOptions())
}
