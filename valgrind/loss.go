package valgrind

// lossSentence is how Valgrind tells of a loss record, in XML, in its log and in the answer to a leak check. After a
// check that compares with the one before, each number is followed by its change in parentheses:
//
//	50 (+50) bytes in 1 (+1) blocks are definitely lost in loss record 589 of 907
//	300 (+0) (72 (+0) direct, 228 (+0) indirect) bytes in 3 (+0) blocks are ...
var lossSentence = expression(`^\s*(?:([\d,]+)(?: \(([+-][\d,]+)\))? )?` +
	`(?:\(([\d,]+)(?: \(([+-][\d,]+)\))? direct, ([\d,]+)(?: \(([+-][\d,]+)\))? indirect\) )?` +
	`bytes in ([\d,]+)(?: \(([+-][\d,]+)\))? blocks? are (definitely lost|indirectly lost|possibly lost|still reachable) in `)

var lossKinds = map[string]Kind{"definitely lost": DefinitelyLost, "indirectly lost": IndirectlyLost,
	"possibly lost": PossiblyLost, "still reachable": StillReachable}

// parseLoss reads the sentence of a loss record into kind, numbers and their changes.
func parseLoss(s string) (Record, bool) {
	m := lossSentence().FindStringSubmatch(s)
	if m == nil {
		return Record{}, false
	}
	r := Record{Kind: lossKinds[m[9]], What: s, Bytes: number(m[1]), MoreBytes: number(m[2]), Blocks: number(m[7]),
		MoreBlocks: number(m[8]), Count: 1}
	if m[3] != "" {
		r.Bytes, r.MoreBytes, r.Indirect = number(m[3]), number(m[4]), number(m[5])
	}
	return r, true
}
