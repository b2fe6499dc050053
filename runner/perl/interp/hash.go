package interp

import (
	"maps"
	"slices"
)

// Hash is a Perl hash. Its keys come in the order in which they were first stored.
type Hash struct {
	ents   []entry
	index  map[string]int // nil while the hash is small
	live   int
	it     int // of each: where to go on
	pkg    *Package
	env    map[string]string // %ENV: where the values really are
	shadow hashShadow        // %+ and %INC-like hashes that are computed

	// Native is for the use of a host: what Go object a blessed hash stands for.
	Native any
}

type entry struct {
	key string
	val *Scalar // nil: deleted
}

// hashShadow is a hash that is computed whenever it is looked at.
type hashShadow interface{ entries() ([]string, []Value) }

const smallHash = 8

// NewHash returns a hash of these keys and values, by turns.
func NewHash(pairs ...Value) *Hash {
	h := &Hash{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Put(Str(pairs[i]), pairs[i+1])
	}
	return h
}

func (h *Hash) find(key string) int {
	if h.index != nil {
		if i, ok := h.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range h.ents {
		if h.ents[i].key == key && h.ents[i].val != nil {
			return i
		}
	}
	return -1
}

// sync brings the entries up to date where the values live elsewhere.
func (h *Hash) sync() {
	if h.env != nil {
		for i := range h.ents {
			if e := &h.ents[i]; e.val != nil {
				if _, ok := h.env[e.key]; !ok {
					h.drop(i)
				}
			}
		}
		if h.live < len(h.env) {
			for _, k := range slices.Sorted(maps.Keys(h.env)) {
				if h.find(k) < 0 {
					h.insert(k, magical(&envItem{env: h.env, key: k}))
				}
			}
		}
		return
	}
	if h.shadow != nil {
		keys, values := h.shadow.entries()
		h.ents, h.index, h.live = nil, nil, 0
		for i, k := range keys {
			h.insert(k, constant(values[i]))
		}
	}
}

func (h *Hash) special() bool { return h.env != nil || h.shadow != nil }

type envItem struct {
	env     map[string]string
	key     string
	deleted Value // what it was when it was deleted
}

func (e *envItem) get() Value {
	if e.deleted != nil {
		return e.deleted
	}
	if s, ok := e.env[e.key]; ok {
		return s
	}
	return nil
}

func (e *envItem) set(v Value) {
	if e.deleted != nil {
		e.deleted = v
		return
	}
	e.env[e.key] = Str(v)
}

// Lookup returns the element of that key, nil when there is none.
func (h *Hash) Lookup(key string) *Scalar {
	if h.special() {
		h.sync()
	}
	if i := h.find(key); i >= 0 {
		return h.ents[i].val
	}
	return nil
}

// Get returns the value of that key, undef when there is none.
func (h *Hash) Get(key string) Value {
	if s := h.Lookup(key); s != nil {
		return s.Get()
	}
	return nil
}

// At returns the element of that key and makes it where it is missing.
func (h *Hash) At(key string) *Scalar {
	if s := h.Lookup(key); s != nil {
		return s
	}
	s := &Scalar{}
	if h.env != nil {
		h.env[key] = ""
		s = magical(&envItem{env: h.env, key: key})
	}
	h.insert(key, s)
	return s
}

// Put stores a value.
func (h *Hash) Put(key string, v Value) { h.At(key).Set(v) }

func (h *Hash) insert(key string, s *Scalar) {
	h.ents = append(h.ents, entry{key, s})
	h.live++
	switch {
	case h.index != nil:
		h.index[key] = len(h.ents) - 1
	case len(h.ents) > smallHash:
		h.compact()
	}
}

// compact drops the places of deleted entries and makes the index anew.
func (h *Hash) compact() {
	kept := make([]entry, 0, max(2*h.live, 2*smallHash))
	it := h.it
	for i, e := range h.ents {
		if e.val != nil {
			kept = append(kept, e)
		} else if i < h.it {
			it--
		}
	}
	h.ents, h.it, h.index = kept, it, nil
	if len(kept) > smallHash {
		h.index = make(map[string]int, 2*len(kept))
		for i, e := range kept {
			h.index[e.key] = i
		}
	}
}

func (h *Hash) drop(i int) {
	if h.index != nil {
		delete(h.index, h.ents[i].key)
	}
	h.ents[i] = entry{}
	h.live--
}

// Delete removes a key and returns its value.
func (h *Hash) Delete(key string) Value {
	if h.special() {
		h.sync()
	}
	i := h.find(key)
	if i < 0 {
		return nil
	}
	v := h.ents[i].val.Get()
	if x := h.ents[i].val.x; x != nil {
		if item, ok := x.magic.(*envItem); ok {
			item.deleted = v
		}
	}
	h.drop(i)
	if h.env != nil {
		delete(h.env, key)
	}
	if h.it == 0 && len(h.ents) > 2*smallHash && h.live < len(h.ents)/2 {
		h.compact()
	}
	return v
}

// Clear empties the hash.
func (h *Hash) Clear() {
	clear(h.env)
	h.ents, h.index, h.live, h.it = nil, nil, 0, 0
}

// Len returns the number of keys.
func (h *Hash) Len() int {
	if h.special() {
		h.sync()
	}
	return h.live
}

// Keys returns the keys in their order.
func (h *Hash) Keys() []string {
	if h.special() {
		h.sync()
	}
	keys := make([]string, 0, h.live)
	for _, e := range h.ents {
		if e.val != nil {
			keys = append(keys, e.key)
		}
	}
	return keys
}

// each returns the next entry; ok is false at the end, and the next call begins anew.
func (h *Hash) each() (string, *Scalar, bool) {
	if h.special() && h.it == 0 {
		h.sync()
	}
	for h.it < len(h.ents) {
		e := h.ents[h.it]
		h.it++
		if e.val != nil {
			return e.key, e.val, true
		}
	}
	h.it = 0
	return "", nil, false
}

// items appends the keys, as copies, and the elements themselves.
func (h *Hash) items(out List) List {
	if h.special() {
		h.sync()
	}
	for _, e := range h.ents {
		if e.val != nil {
			out = append(out, &Scalar{v: keyValue(e.key)}, e.val)
		}
	}
	return out
}

// values appends the elements themselves.
func (h *Hash) values(out List) List {
	if h.special() {
		h.sync()
	}
	for _, e := range h.ents {
		if e.val != nil {
			out = append(out, e.val)
		}
	}
	return out
}

// Assign replaces the contents by these keys and values, by turns.
func (h *Hash) Assign(values []Value) {
	h.Clear()
	for i := 0; i < len(values); i += 2 {
		var v Value
		if i+1 < len(values) {
			v = values[i+1]
		}
		h.Put(keyString(values[i]), v)
	}
}

// missingKey is an element that does not exist until it is assigned to.
type missingKey struct {
	h   *Hash
	key string
}

func (m *missingKey) get() Value  { return m.h.Get(m.key) }
func (m *missingKey) set(v Value) { m.h.Put(m.key, v) }

// wideKey marks, inside a Hash, a key with characters above 255: no byte string begins like this by accident.
const wideKey = "\x00\xff\x00wide:"

func keyString(v Value) string {
	if w, ok := v.(Wide); ok {
		return wideKey + string(w)
	}
	return Str(v)
}

func keyValue(key string) Value {
	if len(key) > len(wideKey) && key[:len(wideKey)] == wideKey {
		return Wide(key[len(wideKey):])
	}
	return key
}
