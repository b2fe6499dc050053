package runner

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/ngxtest/ngxtest/runner/isolate"
	"github.com/ngxtest/ngxtest/runner/nginx"
)

// premises is what a lane has made in the file system.
type premises struct {
	Base   string         `json:"base"` // of all lanes of the run
	Dir    string         `json:"dir"`  // of this lane, in Base
	Usual  nginx.Servroot `json:"usual"`
	Made   []string       `json:"made"` // directories that were made for the server root, from the inside out
	Bare   bool           `json:"bare"` // it has no view of its own of the file system
	Runner int            `json:"runner"`
	Root   nginx.Servroot `json:"root"` // the server root's path over which the lane's directory lies; "": none yet

	// Memory says that a directory in memory lies over the server root, on top of that on the disk.
	Memory bool `json:"memory"`

	release func(remove func())
}

// newBase names a directory for all lanes of a run that nobody could have guessed. The lanes make it: it would be left if the
// run were killed before the first of them works.
func newBase() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("ngxtest-%016x", rand.Uint64()))
}

// A bare lane has its server root where others see it; it is nobody else's meanwhile.
func (p *premises) settle(root nginx.Servroot, made []string) error {
	unlock, err := root.Lock()
	if err != nil {
		return err
	}
	p.Root, p.Made = root, append(made, p.Made...)
	p.release = func(remove func()) {
		defer unlock()
		remove()
	}
	return nil
}

// over is the directory that lies over the server root.
func (p *premises) over() string { return filepath.Join(p.Dir, "root") }

// occupy has a directory of the lane's lie over a server root: one in memory, which is faster, or on the disk.
func (p *premises) occupy(root nginx.Servroot, made []string, disk bool) error {
	err := p.takeOver(root, made)
	if err == nil && !p.Bare && !disk {
		p.Memory = isolate.InMemory(string(root)) == nil // else the disk will do
	}
	return err
}

// takeOver has the lane's directory on the disk lie over a server root.
func (p *premises) takeOver(root nginx.Servroot, made []string) error {
	if p.Root == root {
		return nil
	}
	p.leave()
	if p.Bare {
		return p.settle(root, made)
	}
	release, err := root.Share(p.Runner)
	if err != nil {
		return err
	}
	p.Root, p.release, p.Made = root, release, append(made, p.Made...)
	if err := os.MkdirAll(string(root), 0o777); err != nil {
		return fmt.Errorf("cannot make the server root: %w (run in a directory of yours, or name another server root in "+
			"TEST_NGINX_SERVROOT)", err)
	}
	if err := os.MkdirAll(p.over(), 0o777); err != nil {
		return err
	}
	return isolate.Over(string(root), p.over())
}

// empty removes what a file has left in the lane's directory.
func (p *premises) empty() error {
	if p.Bare {
		p.leave()
		return nil
	}
	if p.Memory {
		p.Memory = false
		return isolate.Uncover(string(p.Root))
	}
	entries, err := os.ReadDir(p.over())
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(p.over(), e.Name())))
	}
	return err
}

// leave gives the server root back; the last one to leave removes it.
func (p *premises) leave() {
	if p.Root == "" {
		return
	}
	if p.Memory {
		_ = isolate.Uncover(string(p.Root))
	}
	if !p.Bare {
		_ = isolate.Uncover(string(p.Root))
	}
	p.vacate()
}

// vacate is leave where nothing lies over the server root.
func (p *premises) vacate() {
	switch {
	case p.release != nil:
	case p.Bare: // the process that had it is gone
		p.release = func(remove func()) { remove() }
		if unlock, err := p.Root.Lock(); err == nil {
			defer unlock()
		}
	default:
		p.release, _ = p.Root.Share(p.Runner)
	}
	if p.release != nil {
		p.release(func() { _ = clean(p.Root, p.Made) })
	}
	p.Root, p.release, p.Memory = "", nil, false
}

// remove removes all of it.
func (p *premises) remove() {
	p.leave()
	_ = os.RemoveAll(p.Dir)
	_ = os.Remove(p.Base) // unless another lane has something there
}
