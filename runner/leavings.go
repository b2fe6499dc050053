package runner

import (
	"fmt"
	"os"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// collectLog appends what is in the error log to the file that TEST_NGINX_ERROR_LOG names, under a line with the block's name.
func (r *blockRun) collectLog() error {
	file := r.env["TEST_NGINX_ERROR_LOG"]
	if !spec.Text(file).True() || r.trace != nil {
		return nil
	}
	text, err := os.ReadFile(r.root.ErrorLog())
	if err != nil || len(text) == 0 {
		return nil
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("TEST_NGINX_ERROR_LOG: %w", err)
	}
	_, err = fmt.Fprintf(out, "\n=== %s %s\n%s", r.File, r.name, text)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("TEST_NGINX_ERROR_LOG: %w", err)
	}
	return nil
}

// staysOn reports whether nginx and its server root are to stay when the file is over, for somebody to look at. Under Valgrind and
// SystemTap its end is part of the run.
func (f *fileRun) staysOn() bool {
	return f.Suite != nil && spec.Text(f.env["TEST_NGINX_NO_CLEAN"]).True() && f.setup.Valgrind == "" && !f.Settings.UseStap && f.ctx.Err() == nil
}

// leave lets go of the nginx of the last block, and says so.
func (f *fileRun) leave() {
	if f.server != nil && !f.server.Exited() {
		f.text(report.Info, fmt.Sprintf("nginx (pid %d) goes on running in %s", f.server.Pid, f.root))
		f.server = nil
	}
}
