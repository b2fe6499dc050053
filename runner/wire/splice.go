package wire

// edit is one change to the next bytes of a packet list: drop that many of them, or (insert) replace that many with a text.
type edit struct {
	drop    int
	replace int
	with    string
	insert  bool
}

// splice applies edits to a request that is split into packets, as if it were one string, and keeps the borders between the packets
// where they are in the original text. A text that replaces bytes of two packets is split at the border, and what it has
// more goes into the later one. A packet that is dropped whole goes away; one that is dropped to its end after something was
// kept of it stays as it is, the bytes that were to go included.
func splice(packets []string, edits []edit) []string {
	var out []string
	for _, packet := range packets {
		done := 0 // bytes of packet that earlier edits have settled
		keep := true
		for len(edits) > 0 {
			e := &edits[0]
			rest := len(packet) - done
			if !e.insert {
				if e.drop > rest {
					e.drop -= rest
					keep = done > 0
					break
				}
				packet = packet[:done] + packet[done+e.drop:]
				edits = edits[1:]
				continue
			}
			if e.replace > rest {
				e.replace -= rest
				n := min(rest, len(e.with))
				packet, e.with = packet[:done]+e.with[:n], e.with[n:]
				break
			}
			packet = packet[:done] + e.with + packet[done+e.replace:]
			done += len(e.with)
			edits = edits[1:]
		}
		if keep {
			out = append(out, packet)
		}
	}
	return out
}
