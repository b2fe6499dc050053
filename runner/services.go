package runner

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// serve starts the services that a file needs and that do not run in this lane yet.
func (l *lane) serve(names []string, limit time.Duration) error {
	for _, s := range l.worker.setup.Services {
		i := slices.IndexFunc(l.services, func(r *service) bool { return r.Port == s.Port })
		if i >= 0 {
			select {
			case <-l.services[i].ended: // a test has shut it down
				l.services = slices.Delete(l.services, i, i+1)
				i = -1
			default:
			}
		}
		if i >= 0 || !slices.Contains(names, s.Name) {
			continue
		}
		dir := filepath.Join(l.premises.Dir, fmt.Sprintf("service-%d", s.Port))
		running, err := startService(l.ctx, s, dir, environ(l.worker.setup.Env), limit)
		if err != nil {
			return err
		}
		l.services = append(l.services, running)
	}
	return nil
}

// standing reports whether a session is of what stays from one file to the next.
func (l *lane) standing(session int) bool {
	return l.worker.Standing(session) ||
		slices.ContainsFunc(l.services, func(s *service) bool { return s.process.Pid == session })
}

// dismiss ends all services.
func (l *lane) dismiss() {
	for _, s := range l.services {
		s.stop()
	}
	l.services = nil
}
