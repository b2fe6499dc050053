// Gotest reads what `go test -json` prints: it shows a line for each package, all output of tests that failed, and in the
// end how many tests there were. Its exit status is 1 if anything failed.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

type event struct {
	Action, Package, ImportPath, Test, Output string
}

func main() {
	var tests, packages, failed int
	output := map[string][]string{} // by package and test, of what has not passed yet
	input := json.NewDecoder(os.Stdin)
	for {
		var e event
		err := input.Decode(&e)
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "gotest: what came is not the output of go test -json:", err)
			os.Exit(1)
		}
		key := e.Package + e.ImportPath + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			output[key] = append(output[key], e.Output)
		case "pass", "fail", "skip", "build-fail":
			bad := e.Action == "fail" || e.Action == "build-fail"
			switch {
			case e.Test != "":
				tests++
			case e.Package != "" && e.Action != "skip":
				packages++
			}
			if bad {
				failed++
				fmt.Print(strings.Join(output[key], ""))
			} else if e.Test == "" && len(output[key]) > 0 && e.Action != "skip" {
				fmt.Print(output[key][len(output[key])-1])
			}
			delete(output, key)
		}
	}
	fmt.Printf("%d Go tests in %d packages\n", tests, packages)
	if failed > 0 || packages == 0 {
		os.Exit(1)
	}
}
