// Package regex is Perl's regular expressions over byte strings.
package regex
