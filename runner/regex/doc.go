// Package regex is Perl's regular expressions over byte strings: a pattern is compiled, and a subject is matched, as perl
// 5.36 does it where neither is marked as UTF-8.
//
// It has a matcher of its own, because what Perl does differs from other engines in ways that decide tests: strings are
// bytes, "$" also matches before a last newline, a lookbehind may vary in length, and groups keep or lose what they held by
// rules of perl's own when a loop goes round again. The results of perl are recorded in testdata.
//
// # Covered
//
//   - Quantifiers * + ? {n} {n,} {,m} {n,m}, greedy, lazy (?) and possessive (+); a "{" that is no quantifier is itself.
//   - Groups (...), (?:...), (?<n>...), (?'n'...), (?P<n>...), (?|...), (?>...), comments (?#...).
//   - References \1, \g1, \g{-1}, \g{n}, \k<n>, \k'n', \k{n}, (?P=n). \10 and up are octal when there is no such group.
//   - (?=...), (?!...), (?<=...), (?<!...), up to 255 bytes back; (*pla:...), (*atomic:...) and their like; (*FAIL).
//   - Conditionals (?(1)...|...), (?(<n>)...|...), (?(?=...)...|...), (?(DEFINE)...).
//   - ^ $ \A \z \Z \b \B \G \K; . \N \R \X \d \w \s \h \v and their opposites; [...] with ranges and [:posix:] classes.
//   - \t \n \r \f \a \e \cX \x41 \x{41} \012 \o{12}. Any other escaped character is itself, as in Perl; \Q, \E, \U and
//     variables are the business of whoever interpolates the pattern.
//   - The modifiers i m s x xx n, for the whole pattern and inside of it: (?i), (?i-s:...), (?^x:...), the form in which a
//     qr// is interpolated. Case is that of ASCII letters; \w, \s, \d, \b and [:posix:] classes are ASCII.
//
// # Refused
//
// Where perl would compile a pattern and this package does not, Compile returns a SyntaxError with a Construct, never a
// pattern that matches something else: recursion, code (?{...}), the verbs that steer backtracking, script runs, and all that
// makes perl treat bytes as characters (\p{...}, \N{...}, \x{100}, \b{wb}, /u, /l). A pattern that perl refuses gets perl's own
// message.
//
// # Differences
//
// Where perl 5.36 contradicts its own manual, this package keeps to the manual: \R under a quantifier never takes CR LF apart, an
// atomic group inside a lookbehind has to end where the lookbehind ends, and \G inside of a group never lets a match begin
// before the place where the search began.
//
// # Cost
//
// A match that would backtrack for ever ends with a LimitError; the limit counts steps, so that it does not depend on the
// machine. As in perl, nested loops without references remember where they failed and need no such end. Most lines of a log
// cost one search for a literal of the pattern.
package regex
