// Package blame finds the lines of Lua that call a C function through FFI, and tells what becomes of the pointers that it
// returns to them. Valgrind's stack ends where LuaJIT calls; which line of Lua it was, only Lua knows.
//
// callers.lua does the noting, inside nginx, and writes it to a file as it happens: what a worker noted is there even when it
// crashed, or went away with a reload. A Trace is that file with the program; Source gives the lines the names that a
// reader knows them by.
package blame

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed callers.lua
var program []byte

// releases are parts of the names of C functions that take a pointer back.
const releases = "free close destroy release unref delete"

// Trace is one run of an nginx whose calls are noted.
type Trace struct {
	dir       string
	functions []string
	read      int64 // how much of the events has been read
	events    []event
	full      bool
}

type event struct {
	kind    string // call, pointer, free, gc
	site    Site
	id      string // pointer, free, gc: of the pointer
	by      string // free, gc: the function that took it
	request int
}

// Site is a place in Lua that calls a C function, in the words of Lua.
type Site struct {
	Function string
	Phase    string // of nginx: init, content, timer...
	Source   string // name of the chunk: =content_by_lua(nginx.conf:41), @/path/file.lua
	Line     int    // within it, from 1; 0: unknown
}

// Calls is what one Site did.
type Calls struct {
	Site
	Calls    int
	Pointers int      // how many of them returned a pointer that is not NULL
	Freed    int      // how many of those went to a function that releases, or to their finalizer
	By       []string // these functions, sorted; "?" for one that could not be seen
}

// Any stands for all C functions, in New and Calls.
const Any = "*"

// New prepares a trace of some C functions, by name.
func New(functions []string) (*Trace, error) {
	dir, err := os.MkdirTemp("", "ngx-blame-") // short: sockets in it may have 107 bytes
	if err != nil {
		return nil, err
	}
	t := &Trace{dir: dir, functions: functions}
	// A worker that runs as somebody else starts Lua anew where lua_code_cache is off.
	err = errors.Join(os.Chmod(dir, 0o755), os.WriteFile(t.file("callers.lua"), program, 0o644),
		os.WriteFile(t.file("events"), nil, 0o666), os.Chmod(t.file("events"), 0o666))
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return t, nil
}

func (t *Trace) file(name string) string { return filepath.Join(t.dir, name) }

// Prelude is the Lua that has to run first of all, on one line.
func (t *Trace) Prelude() string {
	return fmt.Sprintf("assert(loadfile(%q))(%q, %q, %q);", t.file("callers.lua"), t.file("events"), strings.Join(t.functions, " "), releases)
}

// Socket is a name for the unix socket on which nginx is asked to collect garbage.
func (t *Trace) Socket() string { return t.file("collect.sock") }

// Poll reads what was noted since the last call; it belongs to the request, counted from 0, or to none: -1.
func (t *Trace) Poll(request int) error {
	f, err := os.Open(t.file("events"))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	text := make([]byte, info.Size()-t.read)
	if _, err := f.ReadAt(text, t.read); err != nil && len(text) > 0 {
		return err
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	t.read += int64(len(text))
	for line := range strings.Lines(string(text)) {
		if e, ok := parse(strings.TrimSuffix(line, "\n")); ok {
			e.request = request
			t.events = append(t.events, e)
		}
		t.full = t.full || line == "full\n"
	}
	return nil
}

// parse reads a line of callers.lua's.
func parse(line string) (event, bool) {
	f := strings.Split(line, "\t")
	if len(f) < 5 {
		return event{}, false
	}
	n, err := strconv.Atoi(f[3])
	if err != nil {
		return event{}, false
	}
	e := event{kind: f[0], site: Site{Function: f[1], Phase: f[2], Line: n, Source: f[4]}}
	if len(f) > 5 {
		e.id = f[5]
	}
	if len(f) > 6 {
		e.by = f[6]
	}
	return e, true
}

// Full says that there was more to note than was noted.
func (t *Trace) Full() bool { return t.full }

// Calls returns who called the function during a request (counted from 0) that may have been sent several times, or -1: at
// any time. What a request made and a later one released counts as released; what another request released of its own does
// not, be it on the same line.
func (t *Trace) Calls(function string, request int) []Calls {
	var list []Calls
	at := func(s Site) *Calls {
		for i := range list {
			if list[i].Site == s {
				return &list[i]
			}
		}
		list = append(list, Calls{Site: s})
		return &list[len(list)-1]
	}
	kept := map[string]bool{} // pointers that were made and not released
	for _, e := range t.events {
		if e.site.Function != function && function != Any {
			continue
		}
		mine := request < 0 || e.request == request
		switch {
		case e.kind == "call" && mine:
			at(e.site).Calls++
		case e.kind == "pointer" && mine:
			at(e.site).Pointers++
			kept[e.id] = true
		case (e.kind == "free" || e.kind == "gc") && kept[e.id]:
			delete(kept, e.id)
			c := at(e.site)
			c.Freed++
			if !slices.Contains(c.By, e.by) {
				c.By = append(c.By, e.by)
				slices.Sort(c.By)
			}
		}
	}
	return slices.DeleteFunc(list, func(c Calls) bool { return c.Calls == 0 })
}

// Close removes what the trace has on disk.
func (t *Trace) Close() error { return os.RemoveAll(t.dir) }
