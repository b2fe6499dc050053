package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// usualPlaces is where nginx is when it is not in PATH: what OpenResty's packages and a plain `make install` of either
// use, and sbin, which PATH of an ordinary user may lack.
var usualPlaces = []string{
	"/usr/local/openresty/nginx/sbin/nginx",
	"/usr/local/openresty/bin/openresty",
	"/usr/local/openresty-debug/nginx/sbin/nginx",
	"/usr/local/openresty-valgrind/nginx/sbin/nginx",
	"/usr/sbin/nginx",
	"/usr/local/sbin/nginx",
	"/usr/local/nginx/sbin/nginx",
	"/opt/nginx/sbin/nginx",
}

// ErrNotFound is what Find's errors wrap when there is no nginx.
var ErrNotFound = errors.New("cannot find the nginx executable")

// Find returns the absolute path of the nginx to test. The name is what the user asked for, TEST_NGINX_BINARY or a
// flag: a path, or a name to look up in path, the value of PATH (and then, as Test::Nginx does, in the working
// directory). An empty name means nginx, and if PATH has none openresty and the usual places.
func Find(name, path string) (string, error) {
	if name != "" {
		return findNamed(name, path)
	}
	for _, name := range []string{"nginx", "openresty"} {
		if found, ok := LookPath(name, path); ok {
			return found, nil
		}
	}
	for _, place := range usualPlaces {
		if executable(place) == nil {
			return place, nil
		}
	}
	return "", fmt.Errorf("%w in PATH, nor in OpenResty's usual places (install it, on Debian or Ubuntu with "+
		"`apt-get install nginx-core`, or name it in TEST_NGINX_BINARY)", ErrNotFound)
}

func findNamed(name, path string) (string, error) {
	if strings.Contains(name, "/") {
		if err := executable(name); err != nil {
			return "", fmt.Errorf("%w: %s %w (TEST_NGINX_BINARY or --nginx names one program, without arguments)", ErrNotFound, name, err)
		}
		return filepath.Abs(name)
	}
	if found, ok := LookPath(name, path); ok {
		return found, nil
	}
	return "", fmt.Errorf("%w: there is no %q in PATH (give the whole path of it in TEST_NGINX_BINARY or --nginx)", ErrNotFound, name)
}

// LookPath looks a program up in path, the value of PATH, and then in the working directory. What it finds is an absolute
// path.
func LookPath(name, path string) (string, bool) {
	for _, dir := range append(filepath.SplitList(path), ".") {
		if dir == "" {
			continue
		}
		candidate := filepath.Join(dir, name)
		if executable(candidate) != nil {
			continue
		}
		if abs, err := filepath.Abs(candidate); err == nil {
			return abs, true
		}
	}
	return "", false
}

// executable says in an error why path can not be run.
func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("does not exist")
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("is not a file")
	case info.Mode().Perm()&0o111 == 0:
		return errors.New("is not executable")
	}
	return nil
}
