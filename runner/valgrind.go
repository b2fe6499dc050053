package runner

import (
	"context"
	"os"
	"strings"

	"github.com/ngxtest/ngxtest/valgrind"
)

// useValgrind is the variable that asks for Valgrind where no flag does.
const useValgrind = "TEST_NGINX_USE_VALGRIND"

// valgrind is Setup.Valgrind when the environment has had its say: "" is off. Under load nginx runs without.
func (s Setup) valgrind() string {
	if underLoad(s.Env) {
		return ""
	}
	return s.askedValgrind()
}

func (s Setup) askedValgrind() string {
	asked := s.Valgrind
	if asked == "" {
		asked = s.Env[useValgrind]
	}
	if asked = strings.TrimSpace(asked); asked == "0" {
		return ""
	}
	return asked
}

// UnderValgrind says whether nginx is to run under Valgrind, be it the flag or the environment that asks for it.
func (s Setup) UnderValgrind() bool { return s.valgrind() != "" }

// valgrindPlan is how a command of this setup would run under Valgrind, with its files in dir.
func (s Setup) valgrindPlan(ctx context.Context, dir string) (valgrind.Tool, valgrind.Plan, error) {
	tool, err := valgrind.Find(ctx, "")
	if err != nil {
		return tool, valgrind.Plan{}, err
	}
	plan, err := valgrind.Setup{Tool: tool, Options: s.valgrind(), Suppressions: s.Suppressions, Dir: dir}.Plan()
	return tool, plan, err
}

// valgrindVersion is the version of the Valgrind that checks memory; "" where none does: it is not asked for, or with a tool
// that reports no errors.
func (s Setup) valgrindVersion(ctx context.Context) string {
	if !s.UnderValgrind() {
		return ""
	}
	tool, plan, err := s.valgrindPlan(ctx, "")
	if err != nil || plan.XML == "" && !plan.Text {
		return ""
	}
	return tool.Version
}

// checkValgrind returns why nginx cannot run under Valgrind as asked: there is none, an option or a suppression file is wrong.
func (s Setup) checkValgrind() error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "ngxtest-valgrind-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	_, plan, err := s.valgrindPlan(ctx, dir)
	if err != nil {
		return err
	}
	return plan.Try(ctx)
}
