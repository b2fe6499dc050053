package memory

import "github.com/ngxtest/ngxtest/valgrind"

// Steps returns what the live process had more of one stack, all leak kinds together, after each step of Probe; and, where
// each of several requests was sent alone, what it had more after each of them. It is for drawing: Losses judges it.
func (w *Watch) Steps(key valgrind.Key, requests int) (all, alone []valgrind.Change) {
	for _, step := range w.steps {
		c := valgrind.Change{Requests: step.Requests}
		for _, r := range step.Records {
			if r.Key() == key {
				c.Bytes, c.Blocks = c.Bytes+r.MoreBytes, c.Blocks+r.MoreBlocks
			}
		}
		all = append(all, c)
	}
	if requests < 2 || len(w.alone[key]) == 0 {
		return all, nil
	}
	for i := range requests {
		c := w.alone[key][i]
		c.Requests = rounds
		alone = append(alone, c)
	}
	return all, alone
}
