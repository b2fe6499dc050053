package runner

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/isolate"
)

// Isolation is what --isolate=auto comes to on this machine.
type Isolation struct {
	Way    string // IsolateNetns or IsolatePorts
	Lanes  string // the namespaces of a lane, "net,mnt,pid"; "" without
	Why    error  // why nothing better can be had; nil: this is the best
	Advice string // what would allow it
}

// FindIsolation tries it.
func FindIsolation() Isolation {
	starter := &isolate.Starter{Env: os.Environ()}
	l, err := starter.Start(false)
	if err != nil {
		return Isolation{Way: IsolatePorts, Why: oneLine(err), Advice: allowNamespaces()}
	}
	l.End(time.Second)
	i := Isolation{Way: IsolateNetns, Lanes: starter.Kind()}
	if !strings.Contains(i.Lanes, "pid") {
		i.Why = oneLine(errors.Join(starter.Refused()...))
		i.Advice = "processes that tests leave behind are found all the same; in a container, --security-opt systempaths=unconfined allows it"
	}
	return i
}

func oneLine(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
}

// allowNamespaces says what keeps this user from having namespaces, as far as the system tells.
func allowNamespaces() string {
	const container = "in a container, --privileged or --cap-add SYS_ADMIN allows it"
	if os.Geteuid() == 0 {
		return container
	}
	for setting, bad := range map[string]string{
		"kernel.unprivileged_userns_clone": "0", "user.max_user_namespaces": "0", "user.max_net_namespaces": "0",
		"kernel.apparmor_restrict_unprivileged_userns": "1",
	} {
		value, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(setting, ".", "/"))
		if err == nil && strings.TrimSpace(string(value)) == bad {
			good := map[string]string{"0": "1", "1": "0"}[bad]
			if strings.HasPrefix(setting, "user.max") {
				good = "10000"
			}
			return fmt.Sprintf("to allow it to ordinary users: sysctl %s=%s", setting, good)
		}
	}
	return container
}
