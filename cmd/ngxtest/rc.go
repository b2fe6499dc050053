package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// rcName is the file with flags that prove reads in the home and the working directory.
const rcName = ".proverc"

// rcWord is a word of such a file: quoted, a comment to the end of the line, or plain.
var rcWord = lazyregexp.New(`'([^']*)'|"([^"]*)"|(#.*)|(\S+)`)

// withRCFiles puts the flags of ~/.proverc, ./.proverc and --rc FILE in front of the arguments, and takes --rc and
// --norc (none of the two default files) out. Subcommands have no flags of prove; their arguments stay as they are.
func withRCFiles(args []string) ([]string, error) {
	if len(args) > 0 && isSubcommand(args[0]) {
		return args, nil
	}
	files := []string{rcName}
	if home, err := os.UserHomeDir(); err == nil {
		files = append([]string{filepath.Join(home, rcName)}, files...)
	}
	optional := len(files)
	var rest []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		file, hasFile := strings.CutPrefix(arg, "--rc=")
		switch {
		case arg == "--":
			rest = append(rest, args[i:]...)
			i = len(args)
		case arg == "--norc":
			files, optional = files[optional:], 0
		case arg == "--rc" && i+1 == len(args):
			return nil, errors.New("--rc needs the name of a file")
		case arg == "--rc":
			i++
			files = append(files, args[i])
		case hasFile:
			files = append(files, file)
		default:
			rest = append(rest, arg)
		}
	}
	var words []string
	for i, file := range files {
		text, err := os.ReadFile(file)
		switch {
		case err == nil:
			words = append(words, rcWords(string(text))...)
		case i >= optional || !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: cannot be read", file)
		}
	}
	return append(words, rest...), nil
}

// rcWords splits the text of an rc file.
func rcWords(text string) []string {
	var words []string
	for line := range strings.Lines(text) {
		for _, m := range rcWord.FindAllStringSubmatch(line, -1) {
			if m[3] == "" {
				words = append(words, m[1]+m[2]+m[4])
			}
		}
	}
	return words
}

// isSubcommand reports whether the first argument is one, and no path.
func isSubcommand(arg string) bool {
	switch arg {
	case "help", "completion", "__complete", "__completeNoDesc": // which cobra adds when it runs
		return true
	}
	return slices.ContainsFunc(newRoot(io.Discard, io.Discard).Commands(), func(c *cobra.Command) bool { return c.Name() == arg })
}
