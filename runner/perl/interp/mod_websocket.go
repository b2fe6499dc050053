package interp

import (
	"encoding/binary"
	"strings"
)

// frameTypes are the opcodes of WebSocket frames by the names that Protocol::WebSocket::Frame gives them.
var frameTypes = map[string]int64{"continuation": 0, "text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10}

func init() {
	coreModules["Protocol::WebSocket::Frame"] = func(in *Interp) {
		in.ScalarVar("Protocol::WebSocket::Frame::MAX_PAYLOAD_SIZE").Set(int64(65536))
		in.ScalarVar("Protocol::WebSocket::Frame::MAX_FRAGMENTS_AMOUNT").Set(int64(128))
		types := in.HashVar("Protocol::WebSocket::Frame::TYPES")
		for name, code := range frameTypes {
			types.Put(name, code)
		}
		in.defineFrame()
	}
	coreModules["Protocol::WebSocket"] = func(in *Interp) { in.ScalarVar("Protocol::WebSocket::VERSION").Set("0.26") }
}

// defineFrame defines the class, as version 0.26 has it: a frame is a hash, and its buffer is what is still to be read.
func (in *Interp) defineFrame() {
	const class = "Protocol::WebSocket::Frame"
	def := func(name string, f func(c *Call, self *Hash) (Value, error)) {
		in.DefineSub(class+"::"+name, func(c *Call) (List, error) {
			self, ok := c.Arg(0).(*Hash)
			if !ok {
				return nil, die("Can't use %s as a frame", refText(c.Arg(0)))
			}
			v, err := f(c, self)
			if err == nil && v == nil && c.Want == ListContext && strings.HasPrefix(name, "next") {
				return nil, nil
			}
			return NewList(v), err
		})
	}
	in.DefineSub(class+"::new", func(c *Call) (List, error) { return NewList(in.newFrame(c)), nil })
	for name, preset := range map[string]Value{"fin": one, "opcode": one, "masked": nil, "rsv": nil} {
		def(name, func(c *Call, self *Hash) (Value, error) {
			if len(c.Args) > 1 {
				self.Put(name, c.Arg(1))
			}
			if v := self.Get(name); v != nil || len(c.Args) > 1 {
				return v, nil
			}
			return preset, nil
		})
	}
	for name, code := range frameTypes {
		def("is_"+name, func(_ *Call, self *Hash) (Value, error) { return boolean(frameOpcode(self) == code), nil })
	}
	for _, name := range []string{"version", "max_payload_size"} {
		def(name, func(_ *Call, self *Hash) (Value, error) { return self.Get(name), nil })
	}
	def("append", func(c *Call, self *Hash) (Value, error) {
		if c.Arg(1) == nil {
			return nil, nil
		}
		self.Put("buffer", Str(self.Get("buffer"))+c.Str(1))
		if s := c.Args[1]; s.x == nil || !s.x.readonly {
			s.Set("")
		}
		return self, nil
	})
	def("to_bytes", func(_ *Call, self *Hash) (Value, error) { return in.frameBytes(self) })
	def("next_bytes", func(_ *Call, self *Hash) (Value, error) { return in.nextFrame(self) })
	def("next", func(_ *Call, self *Hash) (Value, error) {
		v, err := in.nextFrame(self)
		return decodeText("utf8", v), err
	})
	def("to_string", func(*Call, *Hash) (Value, error) { return nil, die("DO NOT USE") })
}

func (in *Interp) newFrame(c *Call) Value {
	class := c.Str(0)
	if p := blessedInto(c.Arg(0)); p != nil {
		class = p.name
	}
	self := NewHash()
	var buffer Value = ""
	if len(c.Args) == 2 {
		buffer = c.Arg(1)
	} else {
		self.Assign(c.Args[1:].Values())
		buffer = self.Get("buffer")
	}
	if w, ok := stringValue(buffer).(Wide); ok {
		buffer = string(w)
	}
	self.Put("buffer", Str(buffer))
	if code, ok := frameTypes[Str(self.Get("type"))]; ok {
		self.Put("opcode", code)
	}
	if !Truth(self.Get("version")) {
		self.Put("version", "draft-ietf-hybi-17")
	}
	self.Put("fragments", NewArray())
	for key, global := range map[string]string{"max_fragments_amount": "MAX_FRAGMENTS_AMOUNT", "max_payload_size": "MAX_PAYLOAD_SIZE"} {
		if self.Lookup(key) == nil {
			self.Put(key, in.ScalarVar("Protocol::WebSocket::Frame::"+global).Get())
		}
	}
	return in.Bless(self, class)
}

func frameOpcode(self *Hash) int64 {
	if v := self.Get("opcode"); v != nil {
		return Int(v)
	}
	return 1
}

// oldFrame reports whether the frame is of a draft before frames had headers.
func oldFrame(self *Hash) bool {
	v := Str(self.Get("version"))
	return v == "draft-hixie-75" || v == "draft-ietf-hybi-00"
}

// frameBytes is the frame as it goes over the connection.
func (in *Interp) frameBytes(self *Hash) (Value, error) {
	buffer := Str(self.Get("buffer"))
	if oldFrame(self) {
		if Str(self.Get("type")) == "close" {
			return "\xff\x00", nil
		}
		return "\x00" + buffer + "\xff", nil
	}
	if most := self.Get("max_payload_size"); Truth(most) && int64(len(buffer)) > Int(most) {
		return nil, die("Payload is too big. Send shorter messages or increase max_payload_size")
	}
	first := frameOpcode(self)
	if rsv, ok := self.Get("rsv").(*Array); ok {
		var bits int64
		for i, v := range rsv.Values() {
			bits += Int(v) << (6 - min(i, 6))
		}
		first |= bits
	}
	if fin := self.Get("fin"); fin == nil || Truth(fin) {
		first |= 0x80
	}
	var maskBit byte
	masked := Truth(self.Get("masked"))
	if masked {
		maskBit = 0x80
	}
	out := []byte{byte(first)}
	switch n := len(buffer); {
	case n <= 125:
		out = append(out, byte(n)|maskBit)
	case n <= 0xffff:
		out = binary.BigEndian.AppendUint16(append(out, 126|maskBit), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 127|maskBit), uint64(n))
	}
	if !masked {
		return string(out) + buffer, nil
	}
	mask := uint32(Int(self.Get("mask")))
	if !Truth(self.Get("mask")) {
		mask = uint32(in.randomness().float() * (1 << 32))
	}
	key := binary.BigEndian.AppendUint32(nil, mask)
	return string(out) + string(key) + maskFrame(buffer, string(key)), nil
}

// maskFrame is payload combined with the four bytes of key over and over.
func maskFrame(payload, key string) string {
	out := []byte(payload)
	for i := range out {
		out[i] ^= key[i%4]
	}
	return string(out)
}

// nextFrame takes the next message out of the buffer; nil when it is not whole yet.
func (in *Interp) nextFrame(self *Hash) (Value, error) {
	if oldFrame(self) {
		return nil, unsupported("reading WebSocket frames of %s", Str(self.Get("version")))
	}
	fragments, ok := self.Get("fragments").(*Array)
	if !ok {
		return nil, nil
	}
	for {
		buffer := Str(self.Get("buffer"))
		if len(buffer) < 2 {
			return nil, nil
		}
		head, at := buffer[0], 2
		opcode := int64(head & 15)
		for name, bit := range map[string]byte{"fin": head >> 7, "masked": buffer[1] >> 7} {
			self.Put(name, int64(bit))
		}
		self.Put("rsv", NewArray(int64(head>>6&1), int64(head>>5&1), int64(head>>4&1)))
		size := uint64(buffer[1] & 0x7f)
		wide := map[uint64]int{126: 2, 127: 8}[size]
		if len(buffer) < at+wide {
			return nil, nil
		}
		switch wide {
		case 2:
			size = uint64(binary.BigEndian.Uint16([]byte(buffer[at:])))
		case 8:
			size = binary.BigEndian.Uint64([]byte(buffer[at:])) &^ (1 << 63)
		}
		at += wide
		if most := self.Get("max_payload_size"); Truth(most) && size > uint64(Int(most)) {
			self.Put("buffer", "")
			return nil, die("Payload is too big. Deny big message (%d) or increase max_payload_size (%s)", size, Str(most))
		}
		key := ""
		if buffer[1]&0x80 != 0 {
			if len(buffer) < at+4 {
				return nil, nil
			}
			key = buffer[at : at+4]
			at += 4
		}
		if uint64(len(buffer)-at) < size {
			return nil, nil
		}
		payload := buffer[at : at+int(size)]
		if key != "" {
			payload = maskFrame(payload, key)
		}
		self.Put("buffer", buffer[at+int(size):])
		switch {
		case fragments.Len() > 0 && opcode&8 != 0: // a control frame between fragments
			self.Put("opcode", opcode)
			return payload, nil
		case head&0x80 != 0:
			if fragments.Len() > 0 {
				parts := fragments.Values()
				opcode = Int(parts[0])
				payload = Str(joinValues("", NewList(parts[1:]...))) + payload
			}
			self.Put("opcode", opcode)
			self.Put("fragments", NewArray())
			return payload, nil
		}
		if fragments.Len() == 0 {
			fragments.Push(opcode)
		}
		fragments.Push(payload)
		if int64(fragments.Len()) > Int(self.Get("max_fragments_amount")) {
			return nil, die("Too many fragments")
		}
	}
}
