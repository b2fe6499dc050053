package mock

import (
	"context"
	"net"
	"os"
	"strings"
)

// ListenUDP starts a peer for one datagram. The error wraps EADDRINUSE where the port is taken.
func ListenUDP(ctx context.Context, c Config) (*Peer, error) {
	address, err := Address(c.Target, true)
	if err != nil {
		return nil, err
	}
	network, path := "udp4", ""
	if at, ok := strings.CutPrefix(address, "unix:"); ok {
		path = absolute(at)
		network, address = "unixgram", at
		if err := clear(path); err != nil {
			return nil, err
		}
	}
	conn, err := net.ListenPacket(network, address)
	if err != nil {
		return nil, err
	}
	p, ctx := newPeer(ctx, c)
	p.closes(ctx, func() {
		conn.Close()
		if path != "" {
			os.Remove(path)
		}
	})
	p.serve(func() {
		buf := make([]byte, 4096)
		n, sender, err := conn.ReadFrom(buf)
		if err != nil {
			if ctx.Err() == nil {
				p.warn("failed to receive: %w", err)
			}
			return
		}
		p.got(buf[:n])
		p.done()
		if pause(ctx, p.config.ReplyDelay) {
			p.answer(ctx, conn, sender)
		}
	})
	return p, nil
}

// answer sends the reply, a datagram for each piece.
func (p *Peer) answer(ctx context.Context, conn net.PacketConn, sender net.Addr) {
	for _, piece := range p.reply() {
		if _, err := conn.WriteTo([]byte(piece), sender); err != nil && ctx.Err() == nil {
			p.warn("failed to send the reply: %w", err)
		}
	}
}
