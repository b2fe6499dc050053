// Package syntax reads the Perl that test files are written in: the part of a .t file above __DATA__, the text of
// eval sections, and the modules that a suite brings along.
//
// It knows Perl 5.36's grammar as far as one can know it without running the program. Perl's grammar depends on what
// has been run: a `use` may declare subs, and with them prototypes that change how later text is read. So the caller
// may hook into the parser, and is then shown each statement as soon as it is complete (see Options.Compiled), which
// is when Perl would run it too.
//
// Not known: formats, given/when, attributes with a meaning, goto LABEL, source in another encoding than bytes. Where
// such a construct occurs the error is an *Unsupported that names it. All else that is wrong is an *Error.
package syntax
