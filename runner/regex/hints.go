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
	thenLines  bool     // the pattern begins with .*: after the first try only the start of a line is worth one
	once       bool     // the same with a '.' that matches newlines: only the first try is worth it
	back       int      // \G follows so many bytes: a match may begin that far before the place where the search begins
}

func findHints(root *node) hints {
	var h hints
	h.least, _ = root.width()
	seq := []*node{root}
	if root.kind == nodeCat {
		seq = root.subs
	}
	h.anchor(root)
	h.back = bytesBeforePos(seq)
	if h.least == 0 {
		return h
	}
	h.prefix, _ = leadingLiteral(root)
	if h.prefix == "" {
		if s, ok := firstBytes(root); ok && s != setAll {
			h.first = &s
		}
	}
	if whole, done := plainLiteral(root); done {
		h.literal, h.inside = whole, whole
		return h
	}
	h.inside = longestInside(root)
	return h
}

// anchor looks at what a match begins with. What follows .* is tried from everywhere behind the first beginning, so that a
// later one finds nothing new; but not so if .* is in an atomic group, or its group is referred to.
func (h *hints) anchor(root *node) {
	n, atomic := root, false
	for {
		switch n.kind {
		case nodeAtomic:
			atomic = true
			n = n.subs[0]
			continue
		case nodeGroup, nodeCat:
			n = n.subs[0]
			continue
		case nodeAssert:
			h.atStart = n.assert == assertStart
			h.atPos = n.assert == assertPos
			h.lineStarts = n.assert == assertLineStart
		case nodeRepeat:
			if sub := n.subs[0]; sub.kind == nodeSet && n.max == unlimited && !atomic && !root.refersToGroups() {
				h.once = sub.set == setAll
				h.thenLines = sub.set == setNotNewline
			}
		}
		return
	}
}

// bytesBeforePos returns how much may come before \G; unlimited when that varies. As in perl, only a \G that is not inside
// of a group moves the place where the search begins.
func bytesBeforePos(seq []*node) int {
	least, most := 0, 0
	for _, n := range seq {
		if n.kind == nodeAssert && n.assert == assertPos {
			if least < most {
				return unlimited
			}
			return least
		}
		lo, hi := n.width()
		least, most = capped(least+lo), capped(most+hi)
	}
	return 0
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
			} else {
				run = ""
				if inner := longestInside(s); len(inner) > len(best) {
					best = inner
				}
			}
			if len(run) > len(best) {
				best = run
			}
		}
		return best
	}
	return ""
}
