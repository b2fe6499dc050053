package valgrind

import (
	"strconv"
	"strings"
)

// take notes what an element tells of the process and returns the record when it is one.
func (t *Tail) take(n node) (Record, bool) {
	if len(t.processes) == 0 {
		t.processes, t.open = append(t.processes, Process{}), []int{0}
	}
	p := &t.processes[t.open[len(t.open)-1]]
	switch n.XMLName.Local {
	case "pid":
		p.PID = int(number(n.Text))
	case "ppid":
		p.PPID = int(number(n.Text))
	case "tool":
		p.Tool = strings.TrimSpace(n.Text)
	case "preamble":
		for _, line := range n.Kids {
			if m := versionLine().FindStringSubmatch(line.Text); m != nil {
				p.Version = m[1]
			}
		}
	case "args":
		for _, k := range n.Kids {
			if k.XMLName.Local == "argv" {
				p.Command = nil
				for _, arg := range k.Kids {
					p.Command = append(p.Command, arg.Text)
				}
			}
		}
	case "status":
		p.Ended = p.Ended || n.kid("state") == "FINISHED"
	case "errorcounts":
		p.Counts = map[string]int{}
		for _, pair := range n.Kids {
			p.Counts[pair.kid("unique")] = int(number(pair.kid("count")))
		}
	case "suppcounts":
		p.Suppressed = map[string]int{}
		for _, pair := range n.Kids {
			p.Suppressed[pair.kid("name")] += int(number(pair.kid("count")))
		}
	case "error":
		return p.record(n), true
	case "fatal_signal":
		return p.fatal(n), true
	}
	return Record{}, false
}

var versionLine = expression(`Using Valgrind-(\S+)`)

func (p *Process) record(n node) Record {
	r := Record{PID: p.PID, Tool: p.Tool, Count: 1}
	seen := false
	for _, k := range n.Kids {
		switch name := k.XMLName.Local; name {
		case "unique":
			r.Unique = strings.TrimSpace(k.Text)
		case "tid":
			r.Thread = int(number(k.Text))
		case "kind":
			r.Kind = Kind(strings.TrimSpace(k.Text))
		case "what":
			r.What = k.Text
		case "xwhat":
			r.What = k.kid("text")
			r.Bytes, r.Blocks = number(k.kid("leakedbytes")), number(k.kid("leakedblocks"))
		case "auxwhat":
			r.Extra = append(r.Extra, Extra{What: k.Text})
		case "xauxwhat":
			r.Extra = append(r.Extra, Extra{What: k.kid("text")})
		case "stack":
			switch last := len(r.Extra) - 1; {
			case !seen:
				r.Stack, seen = k.stack(), true
			case last >= 0 && r.Extra[last].Stack == nil:
				r.Extra[last].Stack = k.stack()
			default:
				r.Extra = append(r.Extra, Extra{Stack: k.stack()})
			}
		case "suppression":
			r.Suppression = strings.TrimSpace(k.kid("rawtext")) + "\n"
			r.SuppressionKind = k.kid("skind")
		default:
			// drd: where a lock was first seen, the other segment of a conflict.
			for _, inner := range k.Kids {
				if inner.XMLName.Local == "stack" {
					what := strings.TrimSpace(k.kid("what") + " " + strings.ReplaceAll(name, "_", " "))
					r.Extra = append(r.Extra, Extra{What: what, Stack: inner.stack()})
				}
			}
		}
	}
	if r.Kind.IsLoss() {
		// The element's number of bytes has the indirect ones in it; the sentence tells them apart.
		if loss, ok := parseLoss(r.What); ok {
			r.Bytes, r.Blocks, r.Indirect = loss.Bytes, loss.Blocks, loss.Indirect
		}
	}
	if r.SuppressionKind == "" {
		r.SuppressionKind = suppressionKind(r.Tool, r.Kind, r.What)
	}
	return r
}

func (p *Process) fatal(n node) Record {
	r := Record{PID: p.PID, Tool: p.Tool, Kind: FatalSignal, Count: 1, Signal: n.kid("signame"), Thread: int(number(n.kid("tid")))}
	r.What = "process terminating with " + r.Signal
	if event := n.kid("event"); event != "" {
		r.What += ": " + event
		if at := n.kid("siaddr"); at != "" {
			r.What += " at address " + at
		}
	}
	for _, k := range n.Kids {
		if k.XMLName.Local == "stack" {
			r.Stack = k.stack()
		}
	}
	return r
}

// kid is the trimmed text of the first child of the name, or "".
func (n node) kid(name string) string {
	for _, k := range n.Kids {
		if k.XMLName.Local == name {
			return strings.TrimSpace(k.Text)
		}
	}
	return ""
}

func (n node) stack() Stack {
	s := Stack{}
	for _, k := range n.Kids {
		if k.XMLName.Local != "frame" {
			continue
		}
		ip, _ := strconv.ParseUint(k.kid("ip"), 0, 64)
		s = append(s, Frame{IP: ip, Object: k.kid("obj"), Function: k.kid("fn"), Dir: k.kid("dir"), File: k.kid("file"),
			Line: int(number(k.kid("line")))})
	}
	return s
}

// number reads a decimal number with or without the commas and the sign of Valgrind's text; 0 when there is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
