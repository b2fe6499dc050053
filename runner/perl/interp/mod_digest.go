package interp

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
	"strings"
)

// algorithms are the digests by the name of their plain function.
var algorithms = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
}

// digestForms are the endings of the functions: raw bytes, hexadecimal, base64 without padding.
var digestForms = map[string]func(sum []byte) string{
	"":        func(sum []byte) string { return string(sum) },
	"_hex":    hex.EncodeToString,
	"_base64": base64.RawStdEncoding.EncodeToString,
}

func init() {
	coreModules["Digest::MD5"] = func(in *Interp) {
		in.exporting("Digest::MD5", nil, in.defineDigests("Digest::MD5", "md5"))
		in.digestObject("Digest::MD5", func(*Call) (func() hash.Hash, error) { return md5.New, nil })
	}
	coreModules["Digest::SHA"] = func(in *Interp) {
		in.exporting("Digest::SHA", nil, in.defineDigests("Digest::SHA", "sha1", "sha224", "sha256", "sha384", "sha512"))
		in.digestObject("Digest::SHA", func(c *Call) (func() hash.Hash, error) {
			name := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(c.Str(1)), "sha"), "-")
			if name == "" {
				name = "1"
			}
			f := algorithms["sha"+name]
			if f == nil {
				return nil, unsupported("Digest::SHA->new(%s)", c.Str(1))
			}
			return f, nil
		})
	}
	coreModules["MIME::Base64"] = func(in *Interp) {
		in.exporting("MIME::Base64", []string{"encode_base64", "decode_base64"}, []string{"encode_base64url", "decode_base64url", "encoded_base64_length", "decoded_base64_length"})
		in.defineBase64()
	}
}

func concatArgs(l List) string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(Str(s.Get()))
	}
	return b.String()
}

// defineDigests defines the functions of a digest module and returns their names.
func (in *Interp) defineDigests(pkg string, names ...string) []string {
	var exports []string
	for _, name := range names {
		for suffix, form := range digestForms {
			exports = append(exports, name+suffix)
			in.DefineSub(pkg+"::"+name+suffix, func(c *Call) (List, error) {
				h := algorithms[name]()
				_, _ = io.WriteString(h, concatArgs(c.Args))
				return NewList(form(h.Sum(nil))), nil
			})
			if name == "md5" {
				continue
			}
			exports = append(exports, "hmac_"+name+suffix)
			in.DefineSub(pkg+"::hmac_"+name+suffix, func(c *Call) (List, error) {
				n := max(len(c.Args)-1, 0)
				h := hmac.New(algorithms[name], []byte(c.Str(n)))
				_, _ = io.WriteString(h, concatArgs(c.Args[:n]))
				return NewList(form(h.Sum(nil))), nil
			})
		}
	}
	return exports
}

// digestObject defines the methods of digest objects.
func (in *Interp) digestObject(class string, pick func(c *Call) (func() hash.Hash, error)) {
	state := func(c *Call) (*Hash, hash.Hash) {
		h, ok := c.Arg(0).(*Hash)
		if !ok {
			return nil, nil
		}
		sum, _ := h.Native.(hash.Hash)
		return h, sum
	}
	in.DefineSub(class+"::new", func(c *Call) (List, error) {
		f, err := pick(c)
		if err != nil {
			return nil, err
		}
		h := &Hash{Native: f()}
		return NewList(in.Bless(h, class)), nil
	})
	in.DefineSub(class+"::add", func(c *Call) (List, error) {
		if _, sum := state(c); sum != nil {
			_, _ = io.WriteString(sum, concatArgs(c.Args[1:]))
		}
		return c.Args[:1], nil
	})
	in.DefineSub(class+"::addfile", func(c *Call) (List, error) {
		_, sum := state(c)
		h := in.handleOf(c.Arg(1), false)
		if h == nil || h.r == nil {
			h = &Handle{name: "file"}
			if !in.openFile(h, "<", c.Str(1)) {
				return nil, die("Can't open %s: %s", c.Str(1), errnoText(in.errno))
			}
		}
		if sum != nil {
			_, _ = io.Copy(sum, h.r)
		}
		return c.Args[:1], nil
	})
	for name, form := range map[string]string{"digest": "", "hexdigest": "_hex", "b64digest": "_base64"} {
		in.DefineSub(class+"::"+name, func(c *Call) (List, error) {
			_, sum := state(c)
			if sum == nil {
				return nil, die("Not a reference to a %s object", class)
			}
			out := digestForms[form](sum.Sum(nil))
			sum.Reset()
			return NewList(out), nil
		})
	}
}

func (in *Interp) defineBase64() {
	in.DefineSubProto("MIME::Base64::encode_base64", "$;$", func(c *Call) (List, error) {
		end := "\n"
		if len(c.Args) > 1 && c.Arg(1) != nil {
			end = c.Str(1)
		}
		s := base64.StdEncoding.EncodeToString([]byte(c.Str(0)))
		var b strings.Builder
		for s != "" {
			n := min(76, len(s))
			b.WriteString(s[:n] + end)
			s = s[n:]
		}
		return NewList(b.String()), nil
	})
	in.DefineSubProto("MIME::Base64::decode_base64", "$", func(c *Call) (List, error) {
		return NewList(decodeBase64(c.Str(0))), nil
	})
	in.DefineSubProto("MIME::Base64::encode_base64url", "$;$", func(c *Call) (List, error) {
		return NewList(base64.RawURLEncoding.EncodeToString([]byte(c.Str(0)))), nil
	})
	in.DefineSubProto("MIME::Base64::decode_base64url", "$", func(c *Call) (List, error) {
		return NewList(decodeBase64(strings.NewReplacer("-", "+", "_", "/").Replace(c.Str(0)))), nil
	})
	in.DefineSub("MIME::Base64::encoded_base64_length", func(c *Call) (List, error) {
		n := (len(c.Str(0)) + 2) / 3 * 4
		return NewList(int64(n + (n+75)/76)), nil
	})
	in.DefineSub("MIME::Base64::decoded_base64_length", func(c *Call) (List, error) {
		return NewList(int64(len(decodeBase64(c.Str(0))))), nil
	})
}

// decodeBase64 skips what is no base64, and ends at a padding.
func decodeBase64(s string) string {
	var out []byte
	var bits, n uint
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '=' {
			break
		}
		d := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", c)
		if d < 0 {
			continue
		}
		bits = bits<<6 | uint(d)
		if n += 6; n >= 8 {
			n -= 8
			out = append(out, byte(bits>>n))
		}
	}
	return string(out)
}
