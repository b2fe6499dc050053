package syntax

// Pos is where a node begins.
type Pos struct {
	Line int // counted from 1, in the file of the Program
}

// At returns the line; it makes every node that embeds Pos a Node.
func (p Pos) At() int { return p.Line }

// Node is any part of the tree.
type Node interface{ At() int }

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Program is a parsed file or a parsed text of eval.
type Program struct {
	File string // as given; what __FILE__ and messages show
	Line int    // of the first line of the text
	Body []Stmt

	HasData  bool   // there is a __DATA__ or __END__ line
	Data     string // what follows that line
	DataLine int    // the number of the first line of Data
	DataIn   string // the package that was current at __DATA__: its DATA handle reads Data
}

// Block is statements in braces: a scope of its own.
type Block struct {
	Pos
	Body []Stmt
	End  int // line of the closing brace
}

// ExprStmt is an expression used as a statement. `X if C` and `X unless C` come as Logical nodes (C && X, C || X),
// exactly as Perl reads them, so that the value of a sub that ends in one is right.
type ExprStmt struct {
	Pos
	X Expr
}

// If is if/elsif/else; `unless (C)` is an If whose first condition is negated. A `my` in a condition is visible in
// that branch and in all that follow.
type If struct {
	Pos
	Branches []Branch
	Else     *Block // or nil
}

// Branch is one condition of an If.
type Branch struct {
	Cond Expr
	Body *Block
}

// While is a while or until loop (until: Cond is negated). Perl's implied tests are spelt out: `while (<F>)` comes
// with the condition defined($_ = <F>), `while (my $l = <F>)` with defined(my $l = <F>).
type While struct {
	Pos
	Label    string
	Cond     Expr // nil: for ever
	Body     *Block
	Continue *Block // or nil
}

// For is the for loop with three parts, each of which may be nil.
type For struct {
	Pos
	Label            string
	Init, Cond, Step Expr
	Body             *Block
}

// Foreach runs Body with its variable aliased to each item of List.
type Foreach struct {
	Pos
	Label    string
	Var      Expr // nil: $_ of main; *My: a new lexical; *Var: an existing variable, localised or, if lexical, shadowed
	List     Expr
	Body     *Block
	Continue *Block // or nil
}

// BareBlock is a block as a statement: a loop that runs once, so that last and redo work in it.
type BareBlock struct {
	Pos
	Label    string
	Body     *Block
	Continue *Block // or nil
}

// ModWhile is `X while C` and `X until C` (C negated). With a do block as X, that block runs once before the first
// test: PostTest. It makes no scope and is no loop for next and last when PostTest.
type ModWhile struct {
	Pos
	X, Cond  Expr
	PostTest bool
}

// ModFor is `X for LIST`: X runs with $_ aliased to each item, without a scope of its own.
type ModFor struct {
	Pos
	X, List Expr
}

// SubDecl defines (or, with Sub.Body nil, only announces) a named sub. It takes effect at compile time, whether the
// statement is reached or not. Lexical subs (my sub f) have Lexical set.
type SubDecl struct {
	Pos
	Name    string // fully qualified, main::f
	Sub     *Sub
	Lexical bool
}

// Sub is the code of a named or anonymous sub.
type Sub struct {
	Pos
	Name     string // fully qualified; empty when anonymous
	Package  string // the package it was compiled in
	HasProto bool
	Proto    string // without spaces
	Sig      *Signature
	Body     *Block
}

// Signature is the list of parameters of `sub f($x, $y = 1, @rest)`.
type Signature struct {
	Params []Param
}

// Param is one parameter; Name is empty for a placeholder.
type Param struct {
	Pos
	Sigil   byte // '$', '@', '%'
	Name    string
	Default Expr   // or nil
	Op      string // how Default applies: "=", "//=", "||="; empty when the parameter is required
}

// Package is `package NAME;` (Body nil: up to the end of the enclosing block or file) or `package NAME {...}`.
type Package struct {
	Pos
	Name    string
	Version string
	Body    *Block
}

// Use is `use` or `no`, and takes effect at compile time.
type Use struct {
	Pos
	No      bool
	Module  string // "Foo::Bar"; empty for `use 5.010`
	Version string // "5.010", "v5.10.1", or the least version wanted of Module; empty when not given
	HasArgs bool   // an import list is there, perhaps empty: `use Foo ()` neither imports nor unimports
	Args    Expr   // nil when there is none or it is ()
	Package string // the package into which it imports
}

// Phase is BEGIN, UNITCHECK, CHECK, INIT or END with its block. BEGIN takes effect at compile time.
type Phase struct {
	Pos
	Name    string
	Sub     *Sub
	Package string
}

func (*Block) stmt()     {}
func (*ExprStmt) stmt()  {}
func (*If) stmt()        {}
func (*While) stmt()     {}
func (*For) stmt()       {}
func (*Foreach) stmt()   {}
func (*BareBlock) stmt() {}
func (*ModWhile) stmt()  {}
func (*ModFor) stmt()    {}
func (*SubDecl) stmt()   {}
func (*Package) stmt()   {}
func (*Use) stmt()       {}
func (*Phase) stmt()     {}
