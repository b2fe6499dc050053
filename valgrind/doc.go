// Package valgrind runs commands under Valgrind and reads what it says: plain data in, plain data out. It knows nothing of
// nginx, of test files or of reports.
//
// # From a command to findings
//
//	Find            the valgrind program of the machine
//	Setup           how to run a command under it: Setup.Plan gives the argv and says where the output goes
//	Tail            follows the XML file that Valgrind writes for one process, while it is written
//	Vgdb            asks a running process for its error counter and for leak checks
//	TextReader      the same records from Valgrind's text, for users that gave options of their own without XML
//	ParseSanitizer  the same records from the logs of AddressSanitizer and its sisters
//	Record          one error or one loss record: kind, stacks, bytes and blocks, the suppression that would silence it
//	Step            what one leak check of a live process found changed; Grow judges a series of them
//	Classify        evidence to verdict: leak, growing, once, at exit only, error, crash
//	Owner           which frames of a stack are the user's own
//	Suppressions    entries of a suppression file: parse, match, judge, write; Suppress makes one
//
// # Keys
//
// Two records are about the same thing when their Record.Key is equal: function and object of each frame, without
// addresses, sizes or counts, and for losses without the leak kind, since the same block is "still reachable" in one
// check and "definitely lost" in the next (a pointer that Lua lost lives on in stale copies in LuaJIT's own heap).
//
// # What to know of a live process
//
// The first check of a series is Baseline, which tells nothing; each Changed after it tells the changes since the check
// before. With no leak there is no record at all. A process that was forked and started no program, as a server's worker,
// is reached under --trace-children=yes only, and only while it keeps the user that started it. Errors that a suppression
// hides are not in the error counter, and loss records never are.
package valgrind
