// Package perl loads test suites: it reads a .t file, runs its Perl preamble with package interp, filters its blocks as
// Test::Base does, and hands a spec.Suite to the runner; or it reads the same from a YAML file.
//
// What Test::Nginx::Socket and its relatives, Test::Base, Test::More and Test::LongString give to a test file comes from
// here, in Go. Those modules are never read from disk. All others come from the interpreter's own library, from the
// include directories, PERL5LIB, lib, inc and the working directory, in that order.
package perl
