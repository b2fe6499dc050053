package regex

// nodeKind says what a node of the parsed pattern is.
type nodeKind uint8

const (
	nodeEmpty   nodeKind = iota // matches the empty string
	nodeFail                    // never matches
	nodeSet                     // one byte of set
	nodeCat                     // subs one after the other
	nodeAlt                     // the first of subs that leads to a match
	nodeGroup                   // subs[0], remembered as group num
	nodeRepeat                  // subs[0], min to max times
	nodeAtomic                  // subs[0] without second thoughts
	nodeLook                    // subs[0] ahead or behind, without consuming it
	nodeAssert                  // a place in the subject
	nodeKeep                    // \K
	nodeRef                     // what one of groups matched
	nodeCond                    // subs[0] when the condition holds, else subs[1]
	nodeBreak                   // \R
	nodeCluster                 // \X
	nodeDefine                  // (?(DEFINE)...): counts its groups, matches nothing
)

// unlimited is the max of a repeat without an upper bound.
const unlimited = 1 << 30

// assertion is the place that a nodeAssert asks for.
type assertion uint8

const (
	assertStart     assertion = iota // \A, ^
	assertLineStart                  // ^ under /m
	assertEnd                        // \z
	assertLastLine                   // \Z, $
	assertLineEnd                    // $ under /m
	assertWord                       // \b
	assertNotWord                    // \B
	assertPos                        // \G
)

type node struct {
	kind nodeKind
	subs []*node

	set    byteSet   // nodeSet
	assert assertion // nodeAssert
	num    int       // nodeGroup: its number; nodeRepeat: what memo calls it, 0 for nothing

	min, max int  // nodeRepeat
	lazy     bool // nodeRepeat

	behind, negative bool // nodeLook

	groups []int // nodeRef, nodeCond: the first of them that took part counts
	fold   bool  // nodeRef: ignore ASCII case
	look   *node // nodeCond: the condition, when it is not about groups
}

func setNode(s byteSet) *node { return &node{kind: nodeSet, set: s} }

func catNode(subs []*node) *node {
	switch len(subs) {
	case 0:
		return &node{kind: nodeEmpty}
	case 1:
		return subs[0]
	}
	return &node{kind: nodeCat, subs: subs}
}

// width returns the least and the most bytes that n can match; unlimited stands for no bound, also, as in perl, for what
// has no bound but is repeated no times.
func (n *node) width() (least, most int) {
	switch n.kind {
	case nodeSet:
		return 1, 1
	case nodeBreak:
		return 1, 2
	case nodeCluster:
		return 1, unlimited // as perl counts it
	case nodeRef:
		return 0, unlimited
	case nodeGroup, nodeAtomic:
		return n.subs[0].width()
	case nodeCat:
		for _, s := range n.subs {
			lo, hi := s.width()
			least, most = capped(least+lo), capped(most+hi)
		}
		return least, most
	case nodeAlt, nodeCond:
		least = unlimited
		for _, s := range n.subs {
			lo, hi := s.width()
			least, most = min(least, lo), max(most, hi)
		}
		return least, most
	case nodeRepeat:
		lo, hi := n.subs[0].width()
		return times(lo, n.min), times(hi, n.max)
	}
	return 0, 0
}

func capped(n int) int { return min(n, unlimited) }

func times(width, count int) int {
	if width >= unlimited || count > 0 && width >= unlimited/count {
		return unlimited
	}
	return width * count
}

// hasGroups says whether n holds a capturing group.
func (n *node) hasGroups() bool {
	if n.kind == nodeGroup || n.look != nil && n.look.hasGroups() {
		return true
	}
	for _, s := range n.subs {
		if s.hasGroups() {
			return true
		}
	}
	return false
}
