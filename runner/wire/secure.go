package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
)

// secure is how TLS is set up: curl names a server in TLS only where the address is a name.
func (t Transfer) secure(addr string, protocols ...string) *tls.Config {
	host, _, _ := net.SplitHostPort(addr)
	return &tls.Config{ServerName: host, InsecureSkipVerify: t.Curl.Insecure || t.Version == 3, NextProtos: protocols}
}

// handshake begins TLS on a connection.
func (t Transfer) handshake(ctx context.Context, conn net.Conn, addr string, plain bool) (*tls.Conn, error) {
	protocols := []string{"h2", "http/1.1"}
	if plain {
		protocols = protocols[1:]
	}
	secured := tls.Client(conn, t.secure(addr, protocols...))
	err := secured.HandshakeContext(ctx)
	var unknown *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case err == nil || isTimeout(err):
		return secured, err
	case errors.As(err, &unknown):
		return nil, untrusted(addr, unknown.Err)
	case errors.As(err, &record):
		return nil, curlError(35, "TLS connect error: the server does not talk TLS", "error:0A00010B:SSL routines::wrong version number",
			"OpenSSL/3.0.0: error:0A00010B:SSL routines::wrong version number")
	}
	return nil, curlError(35, "TLS connect error: "+err.Error(), "OpenSSL SSL_connect: Connection reset by peer in connection to "+addr)
}

// untrusted is what curl says of a certificate that it does not trust.
func untrusted(addr string, err error) *CurlError {
	host, _, _ := net.SplitHostPort(addr)
	return curlError(60, "SSL certificate problem: self-signed certificate", "SSL certificate problem: self signed certificate",
		"SSL certificate problem: unable to get local issuer certificate", "SSL certificate problem: certificate has expired",
		"SSL: no alternative certificate subject name matches target host name '"+host+"'", "SSL certificate problem: "+err.Error())
}
