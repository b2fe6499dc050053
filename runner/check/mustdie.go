package check

// Exit is how the nginx command ended that starts nginx.
type Exit struct {
	Failed bool // it could not be executed at all
	Status int  // as wait(2) has it: exit code << 8, signal, 128 for a core dump
}

// MustDie makes the test of --- must_die. The error log is checked next, with Logs.
func (b *Block) MustDie(exit Exit) Result { return Result{} }
