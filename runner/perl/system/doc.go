// Package system evaluates a test file with the perl of the machine. Perl runs the file itself, from its first line to its
// last END block; what Test::Nginx and its relatives are made of stays on this side, as native subs of package interp. Shim
// modules in perl (*.pl here) turn each call of such a sub into a message, and the answer into values. So both evaluators
// share one implementation of blocks, filters, plans and settings, and cannot come to differ in them.
//
// # The wire
//
// Two pipes join the processes, file descriptors 3 and 4 of perl. A message is "NX", four bytes of length, and one value. At
// any time one side talks and the other listens; a call may be answered by a call back.
//
// A value is a letter and what belongs to it; N is four bytes, big endian:
//
//	u                   undef
//	s N bytes           a string of bytes
//	w N bytes           a string with characters above 255, as UTF-8
//	n N bytes           a number, as perl prints it
//	a N values          an array
//	h N (s value)...    a hash
//	r value             a reference to a scalar
//	q value value       a pattern: its text and its flags
//	c N                 a sub of perl's, by number
//	k N                 a sub of this side, by number
//	o N s value         an object of perl's: number, class, and what is in it
//	b N                 an object of this side, by number; towards perl, class and a letter follow: h, a or r for what it is
//
// A message is an array: a letter for its kind, what has changed since the last one (environment, variables of
// Test::Nginx::Util, contents of the objects of this side), and the rest by kind:
//
//	C name want place todo args  call a native sub; place is package, file, line
//	R values                     what a sub or an eval has returned
//	D value                      what it has died of
//	X status                     exit
//	L label                      last LABEL
//	I code want args             call a sub of perl's
//	S text package file line strict want   evaluate a text
//	E status exited message      the program is over, END blocks come next
//	Z status exited              END blocks are over, too
//	T file line                  where the program was when it was told to stop
package system
