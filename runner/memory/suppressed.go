package memory

// Suppressed says how many records each suppression has hidden, by its name. Valgrind tells when a process ends: call it
// after Ended.
func (w *Watch) Suppressed() map[string]int {
	all := map[string]int{}
	for _, t := range w.tails {
		for _, p := range t.Processes() {
			if w.of.owner(p.PID) != w {
				continue
			}
			for name, n := range p.Suppressed {
				all[name] += n
			}
		}
	}
	return all
}
