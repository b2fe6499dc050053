package interp

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

func init() {
	coreModules["Crypt::JWT"] = func(in *Interp) {
		in.exporting("Crypt::JWT", nil, []string{"encode_jwt", "decode_jwt"})
		in.HashVar("Crypt::JWT::EXPORT_TAGS").Put("all", NewArray("decode_jwt", "encode_jwt"))
		in.DefineSub("Crypt::JWT::encode_jwt", in.encodeJWT)
		in.DefineSub("Crypt::JWT::decode_jwt", func(*Call) (List, error) { return nil, unsupported("Crypt::JWT's decode_jwt") })
	}
}

// otherJWT are the algorithms that Crypt::JWT has beyond those here: signatures that are random, and encryption.
var otherJWT = lazyregexp.New(`^(?:EdDSA|PS(?:256|384|512)|ES(?:256K?|384|512)|dir|A(?:128|192|256)(?:GCM)?KW|PBES2-.*|RSA-OAEP(?:-256)?|RSA1_5|ECDH-ES.*)$`)

// signers are the digests of HS and RS algorithms by the number in their names.
var signers = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

// encodeJWT makes a token in compact form, as Crypt::JWT 0.034 does: the payload's keys sorted, "alg" put into the hash of
// extra headers, claims of time put into that of the payload.
func (in *Interp) encodeJWT(c *Call) (List, error) {
	args := NewHash()
	args.Assign(c.Args.Values())
	croak := func(format string, a ...any) (List, error) {
		return nil, die(format, a...)
	}
	if !Truth(args.Get("alg")) {
		return croak("JWT: missing 'alg'")
	}
	alg := Str(args.Get("alg"))
	bits := alg[min(2, len(alg)):]
	switch _, known := signers[bits]; {
	case alg == "none":
	case known && (strings.HasPrefix(alg, "HS") || strings.HasPrefix(alg, "RS")):
	case otherJWT.MatchString(alg):
		return nil, unsupported("Crypt::JWT's algorithm %s", alg)
	default:
		return croak("JWT: unexpected alg '%s'", alg)
	}
	for _, name := range []string{"zip", "unprotected_headers", "keypass"} {
		if args.Get(name) != nil {
			return nil, unsupported("Crypt::JWT's option %s", name)
		}
	}
	if s := args.Get("serialization"); Truth(s) && Str(s) != "compact" {
		return nil, unsupported("Crypt::JWT's serialization %s", Str(s))
	}
	payload := args.Get("payload")
	switch {
	case payload == nil:
		return croak("JWS: missing 'payload'")
	case alg == "none" && !Truth(args.Get("allow_none")):
		return croak("JWS: alg 'none' not allowed")
	}
	header, ok := args.Get("extra_headers").(*Hash)
	if !ok {
		header = NewHash()
	}
	text, wide := in.jwtPayload(payload, args)
	if wide {
		return croak("JWT: payload cannot contain wide character")
	}
	body := base64.RawURLEncoding.EncodeToString([]byte(text))
	header.Put("alg", alg)
	head := base64.RawURLEncoding.EncodeToString([]byte(Str(in.jsonEncode(header, &jsonOptions{utf8: true, xs: true}))))
	if alg == "none" {
		return NewList(head + "." + body + "."), nil
	}
	if !Truth(args.Get("key")) {
		return croak("JWS: missing 'key'")
	}
	sign := jwtMAC
	if alg[:2] == "RS" {
		sign = jwtRSA
	}
	signature, problem, err := sign(args.Get("key"), signers[bits], head+"."+body)
	switch {
	case err != nil:
		return nil, err
	case problem != "":
		return croak("%s", problem)
	}
	return NewList(head + "." + body + "." + base64.RawURLEncoding.EncodeToString(signature)), nil
}

// jwtPayload is the text of a payload; wide says that it has characters that are no bytes.
func (in *Interp) jwtPayload(payload Value, args *Hash) (text string, wide bool) {
	if h, ok := payload.(*Hash); ok && refType(payload) == "HASH" {
		now := time.Now().Unix()
		if Truth(args.Get("auto_iat")) {
			h.Put("iat", now)
		}
		for claim, name := range map[string]string{"exp": "relative_exp", "nbf": "relative_nbf"} {
			if v := args.Get(name); v != nil {
				h.Put(claim, add(now, number(v)))
			}
		}
	}
	if p := blessedInto(payload); p == nil && (refType(payload) == "HASH" || refType(payload) == "ARRAY") {
		return Str(in.jsonEncode(payload, &jsonOptions{utf8: true, canonical: true, xs: true})), false
	}
	if isWide(stringValue(payload)) {
		return "", true
	}
	return Str(payload), false
}

// jwtMAC signs with a shared key: a string, or a JWK of kty "oct". A problem is what Crypt::JWT croaks.
func jwtMAC(key Value, digest crypto.Hash, text string) (sum []byte, problem string, err error) {
	secret := ""
	h, isHash := key.(*Hash)
	switch {
	case isHash && Truth(h.Get("k")) && Str(h.Get("kty")) == "oct":
		secret = decodeBase64(strings.NewReplacer("-", "+", "_", "/").Replace(Str(h.Get("k"))))
	case !IsRef(key):
		secret = Str(key)
	default:
		return nil, "JWT: invalid oct key", nil
	}
	mac := hmac.New(digest.New, []byte(secret))
	_, _ = io.WriteString(mac, text)
	return mac.Sum(nil), "", nil
}

// jwtRSA signs with a private key: a reference to the text of a PEM or DER file, or a JWK.
func jwtRSA(key Value, digest crypto.Hash, text string) (sum []byte, problem string, err error) {
	var private *rsa.PrivateKey
	switch k := key.(type) {
	case *Scalar:
		s := Str(k.Get())
		if s == "" {
			return nil, "FATAL: invalid key data", nil
		}
		if private = privateKey([]byte(s)); private == nil {
			if strings.Contains(s, "ENCRYPTED") {
				return nil, "", unsupported("encrypted RSA keys")
			}
			return nil, "FATAL: invalid or unsupported RSA key format", nil
		}
	case *Hash:
		if private = jwkPrivate(k); private == nil {
			return nil, "FATAL: unexpected RSA key hash", nil
		}
	case nil, string, Wide, int64, uint64, float64:
		return nil, "JWT: invalid RSA key (cannot be scalar)", nil
	default:
		return nil, "", unsupported("RSA keys given as %s", refText(key))
	}
	h := digest.New()
	_, _ = io.WriteString(h, text)
	sum, err = rsa.SignPKCS1v15(nil, private, digest, h.Sum(nil))
	if err != nil {
		return nil, "", unsupported("an RSA key that cannot sign (%v)", err)
	}
	return sum, "", nil
}

// privateKey reads a private RSA key, PKCS #1 or #8, from PEM or DER; nil when it is none.
func privateKey(text []byte) *rsa.PrivateKey {
	if block, _ := pem.Decode(trimIndent(text)); block != nil {
		text = block.Bytes
	}
	if k, err := x509.ParsePKCS1PrivateKey(text); err == nil {
		return k
	}
	if k, err := x509.ParsePKCS8PrivateKey(text); err == nil {
		if r, ok := k.(*rsa.PrivateKey); ok {
			return r
		}
	}
	return nil
}

// trimIndent takes the blanks from the front of lines: a key in a here-document may be indented.
func trimIndent(text []byte) []byte {
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " \t")
	}
	return []byte(strings.Join(lines, "\n"))
}

// jwkPrivate is the private key that a JWK with two primes describes; nil when it describes none.
func jwkPrivate(h *Hash) *rsa.PrivateKey {
	if Str(h.Get("kty")) != "RSA" {
		return nil
	}
	part := func(name string) *big.Int {
		text := strings.TrimRight(Str(h.Get(name)), "=")
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(b) == 0 {
			return nil
		}
		return new(big.Int).SetBytes(b)
	}
	n, e, d, p, q := part("n"), part("e"), part("d"), part("p"), part("q")
	if n == nil || e == nil || d == nil || p == nil || q == nil || !e.IsInt64() {
		return nil
	}
	k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: int(e.Int64())}, D: d, Primes: []*big.Int{p, q}}
	if k.Validate() != nil {
		return nil
	}
	k.Precompute()
	return k
}
