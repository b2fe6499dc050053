package syntax

// ---- constants

// Num is a number as written in the program.
type Num struct {
	Pos
	IsInt bool
	Int   int64   // when IsInt
	Float float64 // always
	Uint  uint64  // when it is an integer above math.MaxInt64; else 0
}

// Str is a constant string of bytes. Where a character above 255 was written (\x{263a}), Value is the UTF-8 of all
// its characters and Wide is set.
type Str struct {
	Pos
	Value string
	Wide  bool
}

// Interp is a string with variables: its value is the parts as strings, one after the other. A part is *Str, *Join or
// any expression, evaluated in scalar context. \U...\E and the like come as Func nodes (uc, lc, ucfirst, lcfirst,
// quotemeta) around an Interp.
type Interp struct {
	Pos
	Parts []Expr
}

// Join is an array or list in a string: its items with $" between them.
type Join struct {
	Pos
	X Expr
}

// Bareword is a name that is no sub known so far and was not quoted: a call without arguments if such a sub exists
// when it is run, else a class or file handle where one is wanted, else a string, which `strict` forbids.
type Bareword struct {
	Pos
	Name string
}

// ---- variables

// Var is a variable by name: $x @x %x &x *x. The name is as written, without sigil and with "::" between its parts
// ("x", "main::x" also for $::x, "_", "1", "&", "^W", "ENV"). A Var with '&' is the sub itself, not a call: it occurs
// below \, defined, exists, undef and goto only.
type Var struct {
	Pos
	Sigil byte
	Name  string
}

// My declares variables: Kind is my, our or state. Vars holds *Var, and *Func undef for a hole in a list.
type My struct {
	Pos
	Kind  string
	Vars  []Expr
	Paren bool // written with parentheses: assigning to it is a list assignment
}

// Local is `local X`: X is a Var, an element, a slice, a Deref or a List of them.
type Local struct {
	Pos
	X Expr
}

// Deref follows a reference: ${X} @{X} %{X} &{X} *{X}, and X->@* and so on. With '&' it is the sub itself, as in Var.
type Deref struct {
	Pos
	Sigil byte
	X     Expr // a DoBlock when the braces hold statements
}

// LastIndex is $#a and $#{X}: Array is what is before the element in an Index.
type LastIndex struct {
	Pos
	Array Expr
}

// Index is an element of an array. Array is a Var or a Deref with '@': $a[0] has Var @a; $x->[0], $$x[0] and the
// second part of $a[0][1] have Deref.
type Index struct {
	Pos
	Array Expr
	Index Expr
}

// Key is an element of a hash. Hash is a Var or a Deref with '%'. $h{1,2} has a Key joined with $; already.
type Key struct {
	Pos
	Hash Expr
	Key  Expr
}

// Slice is @a[LIST], @$x[LIST], $x->@[LIST]; Pairs: %a[LIST].
type Slice struct {
	Pos
	Array Expr // as in Index
	List  Expr // evaluated in list context
	Pairs bool
}

// HashSlice is @h{LIST}, @$x{LIST}, $x->@{LIST}; Pairs: %h{LIST}.
type HashSlice struct {
	Pos
	Hash  Expr // as in Key
	List  Expr // evaluated in list context
	Pairs bool
}

// ListSlice is (LIST)[LIST].
type ListSlice struct {
	Pos
	X    Expr
	List Expr
}

// GlobSlot is *x{CODE}.
type GlobSlot struct {
	Pos
	Glob Expr
	Slot Expr
}

// ---- operators

// List is expressions with commas between them, in parentheses or not; (X) alone is a List of one item, () of none.
// In scalar context its value is that of its last item.
type List struct {
	Pos
	Items []Expr
}

// Unary is an operator before its operand: ! - + ~ \ (also `not`, which comes as !). \(@a) has a List below it.
type Unary struct {
	Pos
	Op string
	X  Expr
}

// IncDec is ++ or --.
type IncDec struct {
	Pos
	Op      string
	Postfix bool
	X       Expr
}

// Binary is an operator with two operands in scalar context: + - * / % ** . x << >> & | ^ < > <= >= == != <=>
// lt gt le ge eq ne cmp xor isa ~~.
type Binary struct {
	Pos
	Op   string
	L, R Expr
}

// Repeat is (LIST) x N in list context.
type Repeat struct {
	Pos
	List  *List
	Count Expr
}

// Logical is && || //; `and`, `or` and statement modifiers come as these too. R has the context of the whole.
type Logical struct {
	Pos
	Op       string
	L, R     Expr
	Modifier bool // it was `R if L` or `R unless L`: what R declares is visible in L
}

// Ternary is C ? A : B, which may be assigned to.
type Ternary struct {
	Pos
	Cond, Then, Else Expr
}

// Range is L .. R or L ... R: a list of values, or the flip-flop operator in scalar context.
type Range struct {
	Pos
	L, R  Expr
	Three bool // written ...
}

// Assign is L = R (Op empty) or L Op= R, where Op is + - * / . % x & | ^ << >> ** || && //.
type Assign struct {
	Pos
	Op   string
	L, R Expr
	List bool // a list assignment: R is in list context (L is a list, an array, a hash, a slice, my (...) or local of one)
}

// FileTest is -e X and the like; X is *Var '*' `_` for -e _ and a FileTest for -f -r X. No X was given: it is $_.
type FileTest struct {
	Pos
	Op byte
	X  Expr
}

// ---- calls

// Call calls a sub by name. Name is as written ("foo", "Foo::bar", "main::x" for ::x). What a known prototype asks for
// is done: for & a block is an *AnonSub, for \@ and the like the argument is a Unary \, for _ a missing one is $_, and
// for $ it is a Func scalar unless it is plainly a scalar.
type Call struct {
	Pos
	Name     string
	Args     []Expr
	Amp      bool // &foo(...)
	PassArgs bool // &foo without parentheses: it sees the caller's @_
}

// CallRef calls the sub that Code refers to: $code->(...), &$code(...), &{...}(...), $h{x}(...).
type CallRef struct {
	Pos
	Code     Expr
	Args     []Expr
	PassArgs bool // &$code without parentheses
}

// MethodCall is X->name(...), X->$name(...), new X(...). A class name is a Bareword.
type MethodCall struct {
	Pos
	X       Expr
	Name    string // may be qualified: SUPER::new, Foo::bar
	Dynamic Expr   // the method's name, or a reference to its code; Name is empty then
	Args    []Expr
	Maybe   bool // ->?
}

// Func is a built-in function or named operator of Perl: length, push, defined, open, die, sprintf, uc, ...
//
// What Perl assumes is filled in: `lc` has $_ as its argument, `shift` has @_ in a sub and @ARGV outside, `split` has
// a *Regex or an expression first. A bareword where a file handle or directory handle is wanted is a Var with '*'.
// Arguments that Perl takes in scalar context by the function's prototype are not marked: the name tells.
type Func struct {
	Pos
	Name  string
	Args  []Expr
	Paren bool // written with parentheses, perhaps empty
}

// Print is print, printf and say.
type Print struct {
	Pos
	Name string
	FH   Expr // nil: the selected handle; *Var '*' for a bareword; else an expression that gives a handle
	Args []Expr
}

// Sort is sort LIST, sort BLOCK LIST (Body), or sort SUB LIST (Cmp: a *Str with the sub's name, or an expression that
// gives its reference).
type Sort struct {
	Pos
	Cmp  Expr
	Body *Block // run with $a and $b set
	Args []Expr
}

// Map is map and grep, with $_ aliased to each item.
type Map struct {
	Pos
	Grep bool
	Body *Block // map BLOCK LIST
	X    Expr   // map EXPR, LIST
	Args []Expr
}

// AnonSub is sub {...}.
type AnonSub struct {
	Pos
	Sub *Sub
}

// AnonArray is [...].
type AnonArray struct {
	Pos
	Items []Expr
}

// AnonHash is {...}.
type AnonHash struct {
	Pos
	Items []Expr
}

// DoBlock is do {...}.
type DoBlock struct {
	Pos
	Body *Block
}

// EvalBlock is eval {...}; eval EXPR is Func eval with one argument.
type EvalBlock struct {
	Pos
	Body *Block
}

// Return is return X; X is nil or evaluated in the context of the call.
type Return struct {
	Pos
	X Expr
}

// LoopCtl is next, last or redo.
type LoopCtl struct {
	Pos
	Op    string
	Label string
}

// Goto is goto &sub: X is a Var or a Deref with '&'. Other gotos are Unsupported.
type Goto struct {
	Pos
	X Expr
}

// ---- regular expressions and input

// Regex is a pattern. Its text is that of Parts one after the other: *Str as it was written (escapes untouched), and
// what is interpolated, where a qr object keeps its own flags. As a node by itself it stands for itself (first
// argument of split).
type Regex struct {
	Pos
	Parts []Expr
	Flags string // as written, in any order: msixnpaudl for the pattern, gcore for the operator
	Empty bool   // no text at all: match with the last successful pattern
}

// Match is m/.../ on Target. A target =~ EXPR has a Regex whose only part is EXPR.
type Match struct {
	Pos
	Target Expr // nil: $_
	Neg    bool // !~
	Pat    *Regex
	Once   bool // m?...?
}

// Qr is qr/.../.
type Qr struct {
	Pos
	Pat *Regex
}

// Subst is s/.../.../. Pat.Flags has g, r and so on but not e; what e asks for is done: Repl is an expression in any
// case (a DoBlock of the code with e, in a Func eval for each further e).
type Subst struct {
	Pos
	Target Expr // nil: $_
	Neg    bool
	Pat    *Regex
	Repl   Expr
}

// Trans is tr/.../.../. From and To are the bytes after escapes and ranges have been expanded.
type Trans struct {
	Pos
	Target   Expr // nil: $_
	Neg      bool
	From, To []rune
	Flags    string // c d s r
}

// Readline is <FH>, <$fh>, readline(X). FH is nil for <> and <<>>; *Var '*' for a bareword.
type Readline struct {
	Pos
	FH Expr
}

// Glob is <*.t> and glob(X).
type Glob struct {
	Pos
	X Expr
}

// Backtick is `...` and qx; X is *Str or *Interp.
type Backtick struct {
	Pos
	X Expr
}

func (*Num) expr()        {}
func (*Str) expr()        {}
func (*Interp) expr()     {}
func (*Join) expr()       {}
func (*Bareword) expr()   {}
func (*Var) expr()        {}
func (*My) expr()         {}
func (*Local) expr()      {}
func (*Deref) expr()      {}
func (*LastIndex) expr()  {}
func (*Index) expr()      {}
func (*Key) expr()        {}
func (*Slice) expr()      {}
func (*HashSlice) expr()  {}
func (*ListSlice) expr()  {}
func (*GlobSlot) expr()   {}
func (*List) expr()       {}
func (*Unary) expr()      {}
func (*IncDec) expr()     {}
func (*Binary) expr()     {}
func (*Repeat) expr()     {}
func (*Logical) expr()    {}
func (*Ternary) expr()    {}
func (*Range) expr()      {}
func (*Assign) expr()     {}
func (*FileTest) expr()   {}
func (*Call) expr()       {}
func (*CallRef) expr()    {}
func (*MethodCall) expr() {}
func (*Func) expr()       {}
func (*Print) expr()      {}
func (*Sort) expr()       {}
func (*Map) expr()        {}
func (*AnonSub) expr()    {}
func (*AnonArray) expr()  {}
func (*AnonHash) expr()   {}
func (*DoBlock) expr()    {}
func (*EvalBlock) expr()  {}
func (*Return) expr()     {}
func (*LoopCtl) expr()    {}
func (*Goto) expr()       {}
func (*Regex) expr()      {}
func (*Match) expr()      {}
func (*Qr) expr()         {}
func (*Subst) expr()      {}
func (*Trans) expr()      {}
func (*Readline) expr()   {}
func (*Glob) expr()       {}
func (*Backtick) expr()   {}
