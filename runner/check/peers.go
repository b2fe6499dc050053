package check

import (
	"fmt"
	"strconv"

	"github.com/ngxtest/ngxtest/runner/spec"
)

// TCPQuery checks tcp_query and tcp_query_len: what the block's TCP peer has received in one round.
func (b *Block) TCPQuery(got string) Result {
	j := judge{Block: b}
	j.query("tcp_query", got)
	if want := b.Spec.Value("tcp_query_len"); want.Defined() {
		j.is("tcp_query_len", spec.Text(strconv.Itoa(len(got))), want, b.Name+" - TCP query length ok")
	}
	return j.Result
}

// UDPQuery checks udp_query: what the block's UDP peer has received in one round.
func (b *Block) UDPQuery(got string) Result {
	j := judge{Block: b}
	j.query("udp_query", got)
	return j.Result
}

// NoPeers is what stands for the tests of peers that are not started, as under load.
func (b *Block) NoPeers() Result {
	j := judge{Block: b}
	for _, kind := range []struct {
		listen, name string
		queries      []string
	}{
		{"tcp_listen", "TCP", []string{"tcp_query_len", "tcp_query"}},
		{"udp_listen", "UDP", []string{"udp_query"}},
	} {
		for _, query := range kind.queries {
			if b.Spec.Has(kind.listen) && b.Spec.Has(query) {
				j.skip(query, fmt.Sprintf(`%s -- tests skipped because embedded %s server does not work with the "check leak" mode`, b.Name, kind.name))
			}
		}
	}
	return j.Result
}

func (j *judge) query(section, got string) {
	want, name := j.Spec.Value(section), j.Name+" - "+section+" ok"
	switch {
	case !want.Defined():
	case want.Kind == spec.Regexp:
		j.like(section, "like", got, want, "", name)
	default:
		j.is(section, spec.Text(got), want, name)
	}
}
