// Package load sends the requests of a test block to a server again and again, over several connections that stay open, and
// works out what is to be learned from it: rate and latency of answers, and whether the memory of the server grows.
//
// It does for Test::Nginx's modes TEST_NGINX_BENCHMARK and TEST_NGINX_CHECK_LEAK what ab and weighttp do there. Other than these,
// it sends any method with any body, every request of the block in turn, and bytes that are no HTTP at all.
package load
