// Package mock has the peers of a test: servers that answer one connection, or one datagram, and remember what they were
// asked. It knows nothing of test blocks.
//
// A peer listens from Listen to Close. The first connection is served: half of it may be shut down first, then a query is
// read, then the reply is sent and the connection closed. Later connections are accepted by the kernel and never answered,
// as are datagrams after the first. A peer is there for one round of requests; the next round has a new one.
package mock
