package nginxconf

import (
	"fmt"
)

var userAndGroup = expression(`^\w[-\w]+(?:[\s\v]+\w[-\w]+)?$`)

// WorkerUser returns Conf.User: the value of TEST_NGINX_WORKER_USER where it is set, "user" or "user group" with names
// of two characters or more; else root for a runner that is root, and nothing for one that is not.
func WorkerUser(value string, set bool, euid int) (string, error) {
	switch {
	case set && !userAndGroup().MatchString(value):
		return "", &BailOut{
			Text: fmt.Sprintf("Bad value in the env TEST_NGINX_WORKER_USER: %s", value),
			Hint: `it is "user" or "user group"`,
		}
	case set:
		return value, nil
	case euid == 0:
		return "root", nil
	}
	return "", nil
}
