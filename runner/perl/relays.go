package perl

import (
	"github.com/ngxtest/ngxtest/runner/perl/interp"
)

// relays are the relays that a suite has: one for ::Stream, one for ::Dgram.
type relays []*relay

func (r relays) remove() {
	for _, one := range r {
		one.remove()
	}
}

// addRelay makes a relay and registers its block preprocessor.
func (h *host) addRelay(prefix, portVariable string, udp bool) {
	port := interp.Int(h.util("ServerPort").Get()) + 1
	if s, ok := h.in.Env()[portVariable]; ok {
		port = interp.Int(s)
	}
	r := &relay{prefix: prefix, udp: udp, port: port, dir: h.dir()}
	h.relays = append(h.relays, r)
	h.addPreprocessor(h.in.NewCode("Test::Nginx::Socket::Lua", func(c *interp.Call) (interp.List, error) {
		object, ok := c.Arg(0).(*interp.Hash)
		if !ok {
			return nil, nil
		}
		r.addr = str(h.util("ServerAddr").Get())
		if err := r.apply(relayObject{block{object: object}}, str(h.util("Timeout").Get())); err != nil {
			return nil, interp.NewDie(err.Error())
		}
		return nil, nil
	}))
}

// relayObject is a block for a relay.
type relayObject struct{ block }

func (b relayObject) name() string { return str(b.first("name")) }

func (b relayObject) text(section string) (string, bool) {
	v := b.first(section)
	return str(v), v != nil
}

func (b relayObject) set(section, text string) { b.block.set(section, text) }
func (b relayObject) unset(section string)     { b.block.set(section, nil) }
func (b relayObject) copy(from, to string)     { b.block.set(to, b.first(from)) }
