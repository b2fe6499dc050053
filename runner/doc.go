// Package runner runs test files and tells listeners what happens.
//
// A run is a list of files. Each becomes a Job, plain data, that a worker carries out; what the worker finds comes back as
// events, plain data too (see package report). Nothing else is shared between the two, so that a worker may live in this
// process or in one of its own.
//
//	Run ── Job ──▶ Worker.Do ── perl.Load ──▶ spec.Suite
//	                  │   for each block: nginxconf ─▶ nginx ─▶ wire ─▶ check
//	listeners ◀── report.Event ──┘
package runner
