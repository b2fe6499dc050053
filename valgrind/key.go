package valgrind

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
)

// Key tells which records are about the same thing. It holds no address and no number, and is stable from run to run.
type Key string

// Fingerprint is a short form of the key for reports: 16 hexadecimal digits.
func (k Key) Fingerprint() string {
	sum := sha256.Sum256([]byte(k))
	return hex.EncodeToString(sum[:8])
}

// Key is the record's identity: for an error its kind and stack, for a loss its stack alone.
func (r Record) Key() Key {
	if r.Kind.IsLoss() {
		return r.Stack.Key()
	}
	return Key(string(r.Kind)+"\n") + r.Stack.Key()
}

// Key is the function of each frame with its source file, or the base name of the object where the source is unknown,
// down to where Lua called. One C function is reached on many paths through Lua, and below a trace that LuaJIT compiled
// Valgrind finds no frames at all, so that the same leak would have two keys. Where Lua itself allocated, its frames
// count as one and the rest of the stack is kept.
func (s Stack) Key() Key {
	var out strings.Builder
	lua, named := false, false
	for _, f := range s {
		if f.InLua() {
			if !lua {
				out.WriteString("[lua]\n")
			}
			if named {
				break
			}
			lua = true
			continue
		}
		lua, named = false, named || !f.allocates()
		out.WriteString(f.Function)
		out.WriteByte('|')
		if f.File == "" { // an answer to vgdb has either source or object, never both
			out.WriteString(path.Base("/" + f.Object))
		}
		out.WriteByte('|')
		out.WriteString(path.Base("/" + f.File))
		out.WriteByte('\n')
	}
	return Key(out.String())
}

// ShortKey is Key for the part of the stack from its top down to where the user's own frames end: the same for a C
// function of the user's whoever calls it. Stacks without frames of the user's keep their whole key.
func (r Record) ShortKey(o Owner) Key {
	if place := o.Place(r.Stack); place.Last > 0 {
		r.Stack = r.Stack[:place.Last]
	}
	return r.Key()
}
