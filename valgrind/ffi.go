package valgrind

// FFI names the C function that Lua called through FFI and below which the top of the stack is; "" when it is none. The
// user's own code comes first; where there is none, a library of the system may have been called, or an allocator itself.
func (o Owner) FFI(s Stack) string {
	if p := o.Place(s); p.Last > 0 {
		if p.Way == ViaFFI {
			return p.Foot.Function
		}
		return ""
	}
	for i, f := range s {
		if !f.InLua() {
			continue
		}
		if i > 0 && way(s[i:]) == ViaFFI {
			return s[i-1].Function
		}
		return ""
	}
	return ""
}
