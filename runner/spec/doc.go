// Package spec is the model of a test suite: blocks, their sections, and the values that sections have. It reads the two forms in which a
// suite is written, and writes the first.
//
// # The block form
//
// A .t file is a Perl program, the preamble, up to the first line that is __DATA__ or __END__ and nothing else. Behind it stands the data,
// bytes in no particular encoding:
//
//	=== TEST 1: the title
//	Lines of description.
//	--- config
//	    location = /t { return 200 "hello\n"; }
//	--- request
//	GET /t
//	--- error_code: 200
//	--- response_body eval
//	"hel" . "lo\n"
//
// A block begins with a line whose first bytes are "===". The rest of the line, without blanks in front, is its title. Text before the first
// block means nothing, unless it is <<< Perl code >>>, which runs before the blocks are read.
//
// A section begins with a line
//
//	--- name filter filter...
//	--- name filter filter...: value
//
// that is "---" in the first column, one or more spaces, a name of letters, digits and underscores (in parentheses, if one likes), and
// filters between white space. A colon before white space or the end of the line ends the filters; then the value is the rest of that line,
// without white space around it, and the lines below must be blank. Without a colon the value is the text from the next line up to the
// next section or block. Lines such as "----", "---x", " --- x" and "---" alone are text. So is a section line that ends the file without a
// newline.
//
// Lines between the title and the first section describe the block. White space right behind the title line goes, also in
// front of a "---".
//
// In a block each name stands for one section: the last of that name gives the text and the filters, the earlier ones only make its
// filters run again (Section.Repeats). Names that begin with an underscore and those that are methods of a Test::Base block, such as
// name, description or new, are refused. A block with a section SKIP is left out; ONLY leaves out all others; LAST those below. What stands
// behind an ONLY or LAST is not even looked at.
//
// The delimiters "===" and "---" can be others (Delims).
//
// The format has no quoting: a text cannot hold a line that begins a block or a section. Titles end at a newline and keep everything else,
// blanks and carriage returns at their end included. Nothing is decoded or trimmed here; that is for the filters, which another package
// applies.
//
// # The YAML form
//
// See ParseYAML.
package spec
