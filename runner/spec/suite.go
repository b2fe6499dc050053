package spec

// Suite is a test file ready to run: its settings, and its blocks with every section's value.
type Suite struct {
	File     string // as it was named on the command line; Perl's $0
	Entry    string // EntryRunTests, EntrySkipAll or EntryEnd
	Settings Settings
	Blocks   []*Block // in file order; SKIP, ONLY and LAST are already applied

	Delims  Delims   // with which the blocks were read
	Perl    string   // the preamble's text
	Modules []string // files that the preamble has loaded with use, require and do, sorted

	// Env is the environment that the preamble left: what $TEST_NGINX_x in sections expands to, and what
	// nginx and its helpers inherit. Code values and Eval may change it while the suite runs.
	Env Env
	// Repeatable says that evaluating the file has, as far as the evaluator sees it, changed nothing outside of it: it may be
	// evaluated again while its tests run.
	Repeatable bool

	// What the preamble registered, in the order in which Test::Nginx calls them. A block among the arguments is a Value
	// of kind Object.
	ResponseBodyChecks  []Func // (block, body, request index, repeat index, dry run)
	CleanupHandlers     []Func // ()
	TestCleanupHandlers []Func // (block)
	HTTPConfigFilter    Func   // (http_config) -> http_config; nil when there is none

	// Eval evaluates Perl text in package Test::Nginx::Util, for skip_eval, init and
	// post_setup_server_root. The block is what the code sees as $block.
	Eval func(block *Block, code string) (Value, error)
	// Preprocess runs the block preprocessors on a block; Load has not called them yet.
	// It is nil when there are none.
	Preprocess func(*Block) error
}

// How a preamble ended.
const (
	EntryRunTests = "run_tests"
	EntrySkipAll  = "skip_all"
	EntryEnd      = "END without run_tests"
)

// Env is a set of environment variables.
type Env map[string]string

// Settings are what a preamble's calls decide, under the names of Test::Nginx's functions.
type Settings struct {
	Plan                Plan
	RepeatEach          int
	NoShuffle           bool
	Ordered             bool // it is the file that wants no shuffle, not the environment: its blocks may lean on one another
	NoLongString        bool
	NoDiff              bool
	Workers             int
	WorkerConnections   int
	LogLevel            string
	Timeout             string // seconds, as written: "3", "0.5"
	MasterProcess       string // on, off
	EnvToNginx          []string
	CheckAccumErrorLog  bool
	NoRootLocation      bool
	UseHup              bool
	UseStap             bool   // TEST_NGINX_USE_STAP, where no other mode excludes it
	StapOut             string // TEST_NGINX_STAP_OUT
	UseRr               bool   // TEST_NGINX_USE_RR
	NoNginxManager      bool
	ServerAddr          string
	ServerName          string
	ServerPort          string
	ServerPortForClient string
	ConfigPreamble      string
	LWP                 bool   // the file is one for Test::Nginx::LWP
	CheckLeak           bool   // TEST_NGINX_CHECK_LEAK, where the file lets it be
	Benchmark           string // TEST_NGINX_BENCHMARK, likewise: "requests concurrency"; "" is off
	BenchmarkWarmup     string // TEST_NGINX_BENCHMARK_WARMUP: requests
}

// Plan is what the file's plan was: the zero Plan is a file that made none.
type Plan struct {
	Kind   PlanKind
	Tests  int    // PlanTests
	Reason string // PlanSkipAll
}

// PlanKind says which plan a file made.
type PlanKind uint8

// The plans of Test::More.
const (
	PlanNone    PlanKind = iota // nothing was said
	PlanNo                      // no_plan: counted at the end
	PlanTests                   // tests => N
	PlanSkipAll                 // skip_all => reason
)
