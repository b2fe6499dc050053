package regex

import "strings"

// hints say where a match cannot be, so that most lines of a log cost one search for a literal.
type hints struct {
	literal    string   // the whole pattern is this literal
	prefix     string   // every match begins with it
	first      *byteSet // every match begins with one of these bytes; nil when it may begin with anything
	inside     string   // every match holds it
	least      int      // length of the shortest match
	atStart    bool     // a match can only begin at the start of the subject
	atPos      bool     // a match can only begin where \G is
	lineStarts bool     // a match can only begin at the start of a line
	looksBack  bool     // \G comes later in the pattern: a match may begin before the place where the search begins
}

func findHints(root *node) hints {
	var h hints
	h.least, _ = root.width()
	seq := []*node{root}
	if root.kind == nodeCat {
		seq = root.subs
	}
	h.anchor(seq)
	h.looksBack = !h.atPos && usesPos(root)
	if h.least == 0 {
		return h
	}
	h.prefix, _ = leadingLiteral(root)
	if h.prefix == "" {
		if s, ok := firstBytes(root); ok && s != setAll {
			h.first = &s
		}
	}
	whole, done := plainLiteral(root)
	if done {
		h.literal = whole
	}
	h.inside = longestInside(root)
	return h
}

func (h *hints) anchor(seq []*node) {
	for len(seq) > 0 && (seq[0].kind == nodeGroup || seq[0].kind == nodeCat || seq[0].kind == nodeAtomic) {
		seq = seq[0].subs
	}
	if len(seq) == 0 {
		return
	}
	switch n := seq[0]; n.kind {
	case nodeAssert:
		switch n.assert {
		case assertStart:
			h.atStart = true
		case assertPos:
			h.atPos = true
		case assertLineStart:
			h.lineStarts = true
		}
	}
}

func usesPos(n *node) bool {
	if n.kind == nodeAssert && n.assert == assertPos || n.look != nil && usesPos(n.look) {
		return true
	}
	for _, s := range n.subs {
		if usesPos(s) {
			return true
		}
	}
	return false
}

// plainLiteral returns what n matches if that is one string, and no group takes part.
func plainLiteral(n *node) (string, bool) {
	switch n.kind {
	case nodeSet:
		if b, ok := n.set.single(); ok {
			return string([]byte{b}), true
		}
	case nodeCat:
		var out strings.Builder
		for _, s := range n.subs {
			lit, ok := plainLiteral(s)
			if !ok {
				return "", false
			}
			out.WriteString(lit)
		}
		return out.String(), true
	}
	return "", false
}

// leadingLiteral returns a string that every match of n begins with; all says that n matches nothing but it.
func leadingLiteral(n *node) (lit string, all bool) {
	switch n.kind {
	case nodeEmpty, nodeAssert, nodeKeep, nodeDefine:
		return "", true
	case nodeLook:
		return "", true
	case nodeSet:
		if b, ok := n.set.single(); ok {
			return string([]byte{b}), true
		}
	case nodeGroup, nodeAtomic:
		return leadingLiteral(n.subs[0])
	case nodeCat:
		var out strings.Builder
		for _, s := range n.subs {
			lit, all := leadingLiteral(s)
			out.WriteString(lit)
			if !all {
				return out.String(), false
			}
		}
		return out.String(), true
	case nodeRepeat:
		if n.min > 0 {
			lit, all := leadingLiteral(n.subs[0])
			return lit, all && n.min == 1 && n.max == 1
		}
	}
	return "", false
}

// firstBytes returns the bytes that a match of n can begin with; ok is false when n can match nothing at all.
func firstBytes(n *node) (s byteSet, ok bool) {
	switch n.kind {
	case nodeSet:
		return n.set, true
	case nodeBreak:
		return setVertical, true
	case nodeCluster:
		return setAll, true
	case nodeFail:
		return byteSet{}, true
	case nodeGroup, nodeAtomic:
		return firstBytes(n.subs[0])
	case nodeRepeat:
		s, ok = firstBytes(n.subs[0])
		return s, ok && n.min > 0
	case nodeCat:
		for _, sub := range n.subs {
			t, done := firstBytes(sub)
			s.addSet(t)
			if done {
				return s, true
			}
			if sub.kind == nodeRef || sub.kind == nodeCond {
				return setAll, false
			}
		}
		return s, false
	case nodeAlt:
		ok = true
		for _, sub := range n.subs {
			t, done := firstBytes(sub)
			s.addSet(t)
			ok = ok && done
		}
		return s, ok
	case nodeRef, nodeCond:
		return setAll, false
	}
	return byteSet{}, false
}

// longestInside returns the longest literal that every match of n must hold.
func longestInside(n *node) string {
	switch n.kind {
	case nodeGroup, nodeAtomic:
		return longestInside(n.subs[0])
	case nodeRepeat:
		if n.min > 0 {
			return longestInside(n.subs[0])
		}
	case nodeSet:
		if b, ok := n.set.single(); ok {
			return string([]byte{b})
		}
	case nodeCat:
		best, run := "", ""
		for _, s := range n.subs {
			if lit, ok := plainLiteral(s); ok && s.kind == nodeSet {
				run += lit
			} else if run = ""; len(longestInside(s)) > len(best) {
				best = longestInside(s)
			}
			if len(run) > len(best) {
				best = run
			}
		}
		return best
	}
	return ""
}
