package valgrind

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestTextReader(t *testing.T) {
	for _, test := range []struct {
		file, tool string
		want       []string
	}{
		{"nginx.log", "", []string{
			"InvalidRead | read_past:13 < read_past ffi | Address 0x543e1e0 is 0 b [16]",
			"InvalidRead | use_after_free:14 < use_after_free ffi | Address 0x54438f1 is 1 b [16] | Block was alloc'd at [16]",
			"Leak_DefinitelyLost 8+0 in 1 | ngx_set_environment",
			"Leak_DefinitelyLost 24+65 in 1 | vault_open:8 < vault_open ffi",
			"Leak_DefinitelyLost 200+0 in 2 | leak:12 < leak ffi",
			"Leak_DefinitelyLost 15360+12288 in 1 | ngx_single_process_cycle",
		}},
		{"luajit.log", "memcheck", []string{ // the first and the fifth are called by compiled traces
			"Leak_DefinitelyLost 22+0 in 1 | plain:8 < plain ffi",
			"Leak_DefinitelyLost 44+0 in 1 | fin:9 < fin ffi",
			"Leak_DefinitelyLost 55+0 in 1 | plain:8 < plain ffi",
			"Leak_DefinitelyLost 1265+0 in 58 | plain:8 < plain ffi",
			"Leak_DefinitelyLost 3124+0 in 142 | plain:8 < plain ffi",
			"Leak_DefinitelyLost 6633+0 in 201 | grab:6 < grab function",
		}},
		{"listed.log", "", []string{
			"InvalidRead x3 | read_past:13 < read_past ffi | Address 0x4b600c9 is 0 b [13]",
			"Leak_DefinitelyLost 5+0 in 1 | lua_pcall",
		}},
		{"helgrind.log", "helgrind", []string{
			"Race | main:5 < main  | This conflicts with a pr [4] | Address 0x10c060 is 0 by [0]",
			"Race | main:5 < main  | This conflicts with a pr [4] | Address 0x10c060 is 0 by [0]",
			"LockOrder | main:7 < main  | followed by a later acqu [2] | Required order was estab [2] | followed by a later acqu [2] | " +
				"Lock at 0x10C080 was fir [2] | Address 0x10c080 is 0 by [0] | Lock at 0x10C0C0 was fir [2] | Address 0x10c0c0 is 0 by [0]",
			"UnlockUnlocked | main:8 < main  | Lock at 0x10C080 was fir [2] | Address 0x10c080 is 0 by [0]",
		}},
		{"drd.log", "drd", []string{
			"ConflictingAccess | main:5 < main  | Allocation context: BSS  [0] | Other segment start (thr [3] | Other segment end (threa [4]",
			"ConflictingAccess | main:5 < main  | Allocation context: BSS  [0] | Other segment start (thr [3] | Other segment end (threa [4]",
			"MutexErr | main:8 < main  | mutex 0x10c080 was first [2]",
		}},
	} {
		text := recorded(t, test.file)
		for _, size := range []int{len(text), 100} {
			r := TextReader{Tool: test.tool}
			var records []Record
			for part := range slices.Chunk(text, size) {
				records = append(records, r.Feed(part)...)
			}
			records = append(records, r.Finish()...)
			ApplyCounts(records, r.Processes())
			same(t, test.file, briefs(records), test.want)
			for _, record := range records {
				if test.file != "listed.log" && !strings.HasPrefix(record.Suppression, "{\n   <insert_a_suppression_name_here>\n   "+record.SuppressionKind+"\n") {
					t.Errorf("%s: suppression %q of %s", test.file, record.Suppression, record.What)
				}
			}
		}
	}
}

func TestTextLines(t *testing.T) {
	const stack = "==5==    at 0x1: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)\n==5==    by 0x2: f(int (*)(int)) (zoo.c:3)\n==5== \n"
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"the program's own output between", "==5== Invalid read of size 4\nhello\n==5==    at 0x2: f (zoo.c:3)\nnginx: [warn] {\n==5== \n",
			[]string{"InvalidRead | f:3 < f"}},
		{"time stamps", strings.ReplaceAll("==5== 7 bytes in 1 blocks are definitely lost in loss record 1 of 2\n"+stack, "==5==", "==00:00:00:01.204 5=="),
			[]string{"Leak_DefinitelyLost 7+0 in 1 | f(int (*)(int)):3 < f(int (*)(int))"}},
		{"a new record of later versions", "==5== 7 (+7) bytes in 1 (+1) blocks are definitely lost in new loss record 1 of 2\n" + stack,
			[]string{"Leak_DefinitelyLost 7+0 in 1 (+7 in +1) | f(int (*)(int)):3 < f(int (*)(int))"}},
		{"gone", "==5== 0 (-1,024) bytes in 0 (-2) blocks are still reachable in loss record 1 of 2\n" + stack,
			[]string{"Leak_StillReachable 0+0 in 0 (-1024 in -2) | f(int (*)(int)):3 < f(int (*)(int))"}},
		{"summaries are no records", "==5== HEAP SUMMARY:\n==5==     in use at exit: 5 bytes in 1 blocks\n==5== \n==5== ERROR SUMMARY: 4 errors\n", nil},
		{"two processes at once", "==5== Invalid read of size 4\n==6== Invalid write of size 8\n==5==    at 0x2: f (zoo.c:3)\n==6==    at 0x3: g (zoo.c:4)\n==6== \n==5== \n",
			[]string{"InvalidRead | f:3 < f", "InvalidWrite | g:4 < g"}},
		{"a crash", "==5== Process terminating with default action of signal 11 (SIGSEGV): dumping core\n==5==  Access not within mapped region at address 0x8\n==5==    at 0x2: f (zoo.c:3)\n",
			[]string{"FatalSignal SIGSEGV | f:3 < f"}},
	} {
		var r TextReader
		records := append(r.Feed([]byte(test.text)), r.Finish()...)
		same(t, test.name, briefs(records), test.want)
	}
}
