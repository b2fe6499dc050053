package interp

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"time"
)

// defineAddresses defines Socket's functions that turn addresses into bytes and back.
func (in *Interp) defineAddresses() {
	def := func(name string, f func(c *Call) (List, error)) { in.DefineSub("Socket::"+name, f) }
	def("inet_aton", func(c *Call) (List, error) {
		host := c.Str(0)
		if host == "localhost" {
			host = "127.0.0.1"
		}
		a, err := netip.ParseAddr(host)
		if err != nil || !a.Is4() {
			return nil, unsupported("inet_aton of a name that has to be looked up (%s)", host)
		}
		return NewList(string(a.AsSlice())), nil
	})
	def("inet_ntoa", func(c *Call) (List, error) {
		a, ok := netip.AddrFromSlice([]byte(c.Str(0)))
		if !ok || !a.Is4() {
			return nil, die("Bad arg length for Socket::inet_ntoa, length is %d, should be 4", len(c.Str(0)))
		}
		return NewList(a.String()), nil
	})
	def("inet_pton", func(c *Call) (List, error) {
		a, err := netip.ParseAddr(c.Str(1))
		if err != nil || a.Is4() != (Int(c.Arg(0)) == 2) {
			return NewList(nil), nil
		}
		return NewList(string(a.AsSlice())), nil
	})
	def("inet_ntop", func(c *Call) (List, error) {
		a, ok := netip.AddrFromSlice([]byte(c.Str(1)))
		if !ok {
			return nil, die("Bad address length for Socket::inet_ntop")
		}
		return NewList(a.String()), nil
	})
	pack := func(c *Call) (List, error) {
		b := binary.LittleEndian.AppendUint16(nil, 2)
		b = binary.BigEndian.AppendUint16(b, uint16(Int(c.Arg(0))))
		return NewList(string(b) + c.Str(1) + strings.Repeat("\x00", 8)), nil
	}
	unpack := func(c *Call) (List, error) {
		s := c.Str(0)
		if len(s) < 8 {
			return nil, die("Bad arg length for Socket::unpack_sockaddr_in, length is %d, should be 16", len(s))
		}
		return NewList(int64(binary.BigEndian.Uint16([]byte(s[2:4]))), s[4:8]), nil
	}
	def("pack_sockaddr_in", pack)
	def("unpack_sockaddr_in", unpack)
	def("sockaddr_in", func(c *Call) (List, error) {
		if len(c.Args) == 1 {
			return unpack(c)
		}
		return pack(c)
	})
}

// defineHiRes defines the functions of Time::HiRes.
func (in *Interp) defineHiRes() {
	def := func(name string, f func(c *Call) Value) {
		in.DefineSub("Time::HiRes::"+name, func(c *Call) (List, error) { return NewList(f(c)), nil })
	}
	now := func() float64 { return float64(time.Now().UnixMicro()) / 1e6 }
	pause := func(unit float64) func(c *Call) Value {
		return func(c *Call) Value {
			begin := time.Now()
			in.pause(Num(c.Arg(0)) * unit)
			return time.Since(begin).Seconds() / unit
		}
	}
	def("time", func(*Call) Value { return now() })
	def("sleep", pause(1))
	def("usleep", pause(1e-6))
	def("nanosleep", pause(1e-9))
	in.constant("Time::HiRes::CLOCK_REALTIME", int64(0))
	in.constant("Time::HiRes::CLOCK_MONOTONIC", int64(1))
	def("clock_gettime", func(c *Call) Value {
		if Int(c.Arg(0)) == 1 {
			return time.Since(in.started).Seconds() + 1000
		}
		return now()
	})
	def("clock", func(*Call) Value { return time.Since(in.started).Seconds() })
	for _, name := range []string{"alarm", "ualarm"} {
		def(name, func(c *Call) Value {
			if Num(c.Arg(0)) != 0 {
				throw(unsupported("Time::HiRes::%s", name))
			}
			return int64(0)
		})
	}
	in.DefineSub("Time::HiRes::gettimeofday", func(c *Call) (List, error) {
		t := now()
		if c.Want != ListContext {
			return NewList(t), nil
		}
		sec, usec := wholeSeconds(t)
		return NewList(sec, usec), nil
	})
	def("tv_interval", func(c *Call) Value {
		at := func(v Value) float64 {
			if a, ok := v.(*Array); ok {
				return Num(a.Get(0)) + Num(a.Get(1))/1e6
			}
			return now()
		}
		return at(c.Arg(1)) - at(c.Arg(0))
	})
}
