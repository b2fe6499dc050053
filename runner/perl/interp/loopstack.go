package interp

// activeLoop is a loop that is being run.
type activeLoop struct {
	label   string
	catches bool // it was compiled to be left from inside an expression
}

// enterLoop notes that a loop begins, and returns how many there were before. Where a panic goes past it, whoever
// recovers cuts in.loops.
func (in *Interp) enterLoop(label string, catches bool) int {
	in.loops = append(in.loops, activeLoop{label, catches})
	return len(in.loops) - 1
}

// leaveLoop throws what next, last or redo is when its loop is not in the same code: the loop may be one around an eval,
// or around the call of the sub. Without such a loop it is an error.
func (in *Interp) leaveLoop(op, label string) {
	exit := &LoopExit{Op: op, Label: label}
	for i := len(in.loops) - 1; i >= 0; i-- {
		switch l := in.loops[i]; {
		case label != "" && l.label != label:
		case label != "" && l.label == label, l.catches:
			throw(exit)
		default:
			throw(unsupported("%s in a sub that leaves a loop of its caller", op))
		}
	}
	throw(die("%s", exit.Error()))
}
