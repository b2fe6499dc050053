package spec

// Delims are the strings that start a block and a section. The zero value stands for "===" and "---"; the delimiters()
// function of a preamble sets others.
type Delims struct{ Block, Section string }

// ParseFile splits a test file at its __DATA__ or __END__ line.
func ParseFile(path string, src []byte) *File { return &File{Path: path, Preamble: string(src)} }

// PreEval returns the Perl text between <<< and >>> that data may begin with, and the line it starts in. Test::Base
// runs it in package main before it looks for blocks.
func (f *File) PreEval() (code string, line int, ok bool) { return "", 0, false }

// ParseBlocks reads the blocks of a file's data that are to be run: without those that have a SKIP section, only the first that has ONLY,
// none behind one that has LAST.
func ParseBlocks(f *File, d Delims) ([]*Block, error) { return nil, nil }
