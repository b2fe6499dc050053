package outside

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/valgrind"
)

// The files of busted.lua and pin.lua in the directory of the run.
const (
	hookName = "busted.lua"
	pinName  = "pin.lua"
)

//go:embed busted.lua
var hook []byte

//go:embed pin.lua
var pin []byte

// environ is the environment of the command: Lua runs pin.lua before anything else.
func (r *run) environ() ([]string, error) {
	name := filepath.Join(r.dir, pinName)
	if err := os.WriteFile(name, pin, 0o644); err != nil {
		return nil, err
	}
	env := os.Environ()
	if users := os.Getenv("LUA_INIT"); users != "" {
		env = append(env, "NGXTEST_LUA_INIT="+users)
	}
	return append(env, "LUA_INIT=@"+name), nil
}

// dialogue is what busted.lua and ngxtest say to each other over two pipes: whenever a window is over, busted waits until
// Valgrind's words on it have been read.
type dialogue struct {
	r           *run
	ask, answer *os.File
	vgdb        valgrind.Vgdb
	checks      bool // the tool looks for leaks
	logged      bool // Valgrind's text is in files of the run

	met      bool  // busted.lua has said hello
	requests bool  // it asks Valgrind by itself: the answers are in the log
	read     int64 // how much of the log was read
	errors   int   // how many there were at the end of the last window, repeated ones included
}

// listen makes the pipes and writes busted.lua beside them.
func (r *run) listen(logged bool) (*dialogue, error) {
	if err := os.WriteFile(filepath.Join(r.dir, hookName), hook, 0o644); err != nil {
		return nil, err
	}
	d := &dialogue{
		r: r, checks: r.plan.LeakChecks, logged: logged && !r.plan.Text,
		vgdb: valgrind.Vgdb{Program: r.tool.Vgdb, Prefix: r.plan.VgdbPrefix},
	}
	for name, file := range map[string]**os.File{"ask": &d.ask, "answer": &d.answer} {
		name = filepath.Join(r.dir, name)
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			d.close()
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		// open for both, so that neither side waits for the other here
		f, err := os.OpenFile(name, os.O_RDWR|syscall.O_NONBLOCK, 0)
		if err != nil {
			d.close()
			return nil, err
		}
		*file = f
	}
	return d, nil
}

// close ends the dialogue. It may be called again.
func (d *dialogue) close() {
	for _, f := range []*os.File{d.ask, d.answer} {
		if f != nil {
			f.Close()
		}
	}
}

// serve answers until the pipes are closed.
func (d *dialogue) serve(ctx context.Context) {
	lines := bufio.NewReader(d.ask)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i, w := range words {
			if plain, err := url.PathUnescape(w); err == nil {
				words[i] = plain
			}
		}
		words = append(words, "", "", "")
		d.hear(ctx, words[0], words[1], words[2], words[3])
		way := "vgdb"
		if d.requests {
			way = "requests"
		}
		if _, err := d.answer.WriteString(way + "\n"); err != nil {
			return
		}
	}
}

// hear takes one line of busted.lua.
func (d *dialogue) hear(ctx context.Context, word, name, file, line string) {
	r := d.r
	at := window{file: file, place: &report.Place{Block: name}, test: word != "outside", order: len(r.steps)}
	at.place.Line, _ = strconv.Atoi(line)
	switch word {
	case "hello":
		d.met, d.requests = true, file == "requests" && d.logged
		if pid, err := strconv.Atoi(name); err == nil {
			r.pid = pid
		}
		if !d.requests && d.checks {
			_, _ = d.vgdb.LeakCheck(ctx, r.pid, valgrind.Baseline, "")
		}
	case "running":
		r.now = at
	case "test", "outside":
		if word == "outside" {
			at.place.Block = "(outside of tests)"
		}
		if file == "" {
			at.file = r.name
		}
		r.now = at
		d.over(ctx)
		r.now = r.whole()
	}
}

// over takes stock at the end of a window.
func (d *dialogue) over(ctx context.Context) {
	r := d.r
	fresh := r.poll((*valgrind.Tail).Poll)
	answer := d.look(ctx)
	s := step{window: r.now}
	var last *valgrind.Record
	for i, record := range answer.Records {
		if record.Kind.IsLoss() {
			s.records = append(s.records, record)
		} else {
			last = &answer.Records[i]
		}
	}
	r.steps = append(r.steps, s)
	if answer.Errors < 0 {
		return
	}
	again := answer.Errors - d.errors - len(fresh)
	d.errors = answer.Errors
	if again <= 0 || last == nil {
		return
	}
	for _, e := range fresh {
		if e.Key() == last.Key() {
			return // it came once more in the same test
		}
	}
	// Valgrind writes an error once and counts it from then on; of several it says which was the last.
	record, known := r.seen[last.Key()]
	if !known {
		record = *last
	}
	r.finding(r.now, valgrind.Error, record)
}

// look is what Valgrind says of the window: in answer to busted.lua's own requests, or to ours.
func (d *dialogue) look(ctx context.Context) valgrind.Answer {
	if d.requests {
		return valgrind.ParseAnswer(d.hearLog())
	}
	if d.vgdb.Prefix == "" {
		return valgrind.Answer{Errors: -1}
	}
	commands := []string{"v.info n_errs_found ngxtest", "v.info last_error"}
	if d.checks {
		commands = append(commands, "leak_check "+string(valgrind.Changed))
	}
	answer, err := d.vgdb.Ask(ctx, d.r.pid, commands...)
	if err != nil {
		return valgrind.Answer{Errors: -1}
	}
	return answer
}

// hearLog returns what Valgrind has written to the log of busted's process since the last time.
func (d *dialogue) hearLog() string {
	f, err := os.Open(filepath.Join(d.r.dir, strconv.Itoa(d.r.pid)+".log"))
	if err != nil {
		return ""
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() <= d.read {
		return ""
	}
	text := make([]byte, info.Size()-d.read)
	n, _ := f.ReadAt(text, d.read)
	d.read += int64(n)
	return string(text[:n])
}
