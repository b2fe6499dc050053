package valgrind

import _ "embed"

// Builtin are suppressions for the one-time records of nginx and LuaJIT themselves, for Setup.Builtin. They are data:
// the package does not know what they are about. Growth does not need them; they keep the end of a process quiet.
//
//go:embed builtin.suppress
var Builtin string
