package nginx

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// StartError is an nginx that ended instead of starting.
type StartError struct {
	Status   int            // as Perl's $? has it: exit status << 8, or signal number, + 128 with a core dump
	ExitCode int            // 0 when a signal ended it
	Signal   syscall.Signal // 0 when it exited
	CoreDump bool

	Program string // that it was to run under, by Command.Under, and whose end this is; "": none
	Stderr  string // all that it wrote there
	// Words are the lines of its messages of level error and above on stderr, those of a stack traceback below one included,
	// and of alert and above in its log; without time and pid, each once.
	Words []string

	Reload           bool          // it goes on running, with the configuration that it had
	MissingDirective string        // the first unknown directive of the configuration, as the error log has it; or ""
	InUse            *AddressInUse // the address that it could not bind; or nil
}

// AddressInUse is an address that something else listens on.
type AddressInUse struct {
	Address string // as nginx names it: 0.0.0.0:1984, [::]:80, unix:/tmp/x.sock
	Port    int    // 0 for a unix socket
	Holder  string // "nginx: master process ... (pid 12)"; "" when it could not be found
}

func (e *StartError) Error() string {
	switch {
	case e.InUse != nil && e.InUse.Holder != "":
		return fmt.Sprintf("nginx cannot listen on %s: %s listens there (stop it, or choose another port; TEST_NGINX_PORT is the default server's)",
			e.InUse.Address, e.InUse.Holder)
	case e.InUse != nil:
		return fmt.Sprintf("nginx cannot listen on %s: the address is in use (choose another port; TEST_NGINX_PORT is the default server's)", e.InUse.Address)
	case e.Signal != 0 && e.CoreDump:
		return fmt.Sprintf("nginx was killed by %s at start and dumped core%s", signalName(e.Signal), e.words())
	case e.Signal != 0:
		return fmt.Sprintf("nginx was killed by %s at start%s", signalName(e.Signal), e.words())
	case e.Reload && len(e.Words) == 0:
		return "nginx did not take the new configuration, and does not say why"
	case len(e.Words) > 0:
		return "nginx refused the configuration" + e.words()
	}
	return fmt.Sprintf("%s exited with status %d at start%s", cmp.Or(e.Program, "nginx"), e.ExitCode, e.words())
}

func (e *StartError) words() string {
	if len(e.Words) > 0 {
		below := func(line string) bool { return !strings.HasPrefix(line, "[") }
		return ": " + strings.Join(slices.DeleteFunc(slices.Clone(e.Words), below), "; ")
	}
	if text := strings.TrimSpace(e.Stderr); text != "" {
		return ": " + text
	}
	return ""
}

var (
	stderrMessage    = lazyregexp.New(`^nginx: \[(?:emerg|alert|crit|error)\] `)
	logMessage       = lazyregexp.New(`(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[(?:emerg|alert)\]) \d+#\d+: (.*)$`)
	unknownDirective = lazyregexp.New(`\[emerg\] \S+?: unknown directive "([^"]+)"`)
	bindFailed       = lazyregexp.New(`bind\(\) to (\S+) failed \(\d+: Address already in use\)`)
)

func (c Command) refused(status syscall.WaitStatus, words string) *StartError {
	e := &StartError{Stderr: words, Status: int(status)}
	if status.Exited() {
		e.ExitCode = status.ExitStatus()
	} else {
		e.Signal, e.CoreDump = status.Signal(), status.CoreDump()
	}
	text, _ := os.ReadFile(c.Root.ErrorLog())
	log := string(text)
	said := false // and what stands below it, a stack traceback for instance, belongs to it
	for line := range strings.Lines(words) {
		m := stderrMessage.FindStringSubmatch(line)
		said = m != nil || said && !strings.HasPrefix(line, "nginx: ")
		if said {
			e.word(strings.TrimRight(strings.TrimPrefix(line, "nginx: "), "\n"))
		}
	}
	for _, m := range logMessage.FindAllStringSubmatch(log, -1) {
		e.word(m[1] + " " + m[2])
	}
	e.fromLog(words + log)
	return e
}

// fromLog reads what nginx's messages say of the cause.
func (e *StartError) fromLog(log string) {
	if m := unknownDirective.FindStringSubmatch(log); m != nil {
		e.MissingDirective = m[1]
	}
	if m := bindFailed.FindStringSubmatch(log); m != nil {
		e.InUse = InUse(m[1], false)
	}
}

func (e *StartError) word(message string) {
	for _, w := range e.Words {
		if w == message {
			return
		}
	}
	e.Words = append(e.Words, message)
}
