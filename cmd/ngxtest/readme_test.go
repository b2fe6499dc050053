package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadme runs the commands of the README's chapter on leaks in the project's directory, and wants them to print what
// the README shows, and to end with the exit status that it shows.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(text), "\n## Finding leaks\n")
	chapter, _, found := strings.Cut(chapter, "\n## ")
	if !found {
		t.Fatal("README.md has no chapter on leaks")
	}
	dir := t.TempDir()
	// resty is a program of OpenResty: this one does with its arguments what resty does with nginx.
	resty := `#!/bin/sh
for script; do :; done
eval "exec ${1#--user-runner=} luajit -e '$3' $script"
`
	if err := os.WriteFile(filepath.Join(dir, "resty"), []byte(resty), 0o755); err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "TEST_NGINX_SERVER_PORT="+port,
		"TEST_NGINX_SERVROOT="+filepath.Join(dir, "servroot"))
	status, routes := 0, map[string]bool{}
	for _, c := range consoles(chapter) {
		if c.command == "echo $?" {
			if want := fmt.Sprintln(status); strings.Join(c.output, "\n")+"\n" != want {
				t.Errorf("exit status %d, the README shows %q", status, c.output)
			}
			continue
		}
		cmd := exec.Command("sh", "-c", strings.ReplaceAll(c.command, "run.json", dir+"/run.json"))
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		status = cmd.ProcessState.ExitCode()
		if strings.Contains(c.command, ">") && len(c.output) == 0 {
			continue // its output is in a file
		}
		if missing, ok := shows(lines(string(out)), c.output); !ok {
			t.Errorf("$ %s\nthe README shows here what is not printed: %s\n%s", c.command, missing, out)
		}
		for _, word := range []string{"--valgrind", "luajit", "busted", "resty"} {
			routes[word] = routes[word] || strings.Contains(c.command, word)
		}
	}
	if len(routes) != 4 || !routes["--valgrind"] || !routes["luajit"] || !routes["busted"] || !routes["resty"] {
		t.Errorf("the README has no example for each way to look for leaks: %v", routes)
	}
}

type console struct {
	command string
	output  []string
}

// consoles are the commands of a text, with what it shows of their output.
func consoles(text string) []console {
	var list []console
	for _, block := range regexp.MustCompile("(?s)\n```console\n(.*?)```\n").FindAllStringSubmatch(text, -1) {
		for _, line := range lines(block[1]) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				list = append(list, console{command: command})
			} else if n := len(list); n > 0 {
				list[n-1].output = append(list[n-1].output, line)
			}
		}
	}
	return list
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

var (
	figures = regexp.MustCompile(`^(Files=\d+, Tests=\d+),.*|^(\d+ successes / \d+ failures / \d+ errors / \d+ pending) : .*`)
	leftOut = regexp.MustCompile(`^\[\d+ lines left out here\]$`)
	systems = regexp.MustCompile(`^ +(?:\?\?\?|\.\.\.|\w+ \(in vgpreload_)`)
)

// shows reports whether what was printed is what is shown: times and frames of the system may differ, and lines may be left
// out where it says so.
func shows(printed, shown []string) (missing string, ok bool) {
	plain := func(list []string) []string {
		var out []string
		for _, line := range list {
			if !systems.MatchString(line) {
				out = append(out, figures.ReplaceAllString(line, "$1$2"))
			}
		}
		return out
	}
	printed = plain(printed)
	skip := false
	for _, line := range plain(shown) {
		if leftOut.MatchString(line) {
			skip = true
			continue
		}
		at := slices.Index(printed, line)
		if at < 0 || at > 0 && !skip {
			return line, false
		}
		printed, skip = printed[at+1:], false
	}
	if len(printed) > 0 && !skip {
		return "(no more after this)", false
	}
	return "", true
}
