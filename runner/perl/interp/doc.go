// Package interp runs Perl programs that package syntax has read: the interpreter of the built-in evaluator.
//
// It follows Perl 5.36: values and their conversions, contexts, lvalues and aliases, closures, packages and globs,
// string eval, the texts of errors. Strings are bytes; text that has characters above 255 is kept apart, as Wide.
//
// It is an evaluator for test files, not a whole perl. What it lacks (fork, sockets, formats, tie, threads, modules
// that are not pure Perl) ends the program with an *Unsupported that names the construct and its place. No eval
// catches that: a wrong value is never the outcome. The order of a hash's keys is that of insertion, DESTROY is never
// called, and warnings are only those that the program itself makes.
//
// Nothing here touches the process: the working directory, %ENV, $0 and the standard handles belong to the Interp.
package interp
