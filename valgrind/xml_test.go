package valgrind

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var nginxRecords = []string{
	"InvalidRead x2 | read_past:13 < read_past ffi | Address 0x54540d0 is 0 b [16]",
	"InvalidRead | use_after_free:14 < use_after_free ffi | Address 0x54597e1 is 1 b [16] | Block was alloc'd at [16]",
	"UninitCondition | branch_uninit:15 < branch_uninit ffi",
	"InvalidFree | double_free:16 < double_free ffi | Address 0x545ef30 is 0 b [16] | Block was alloc'd at [16]",
	"Leak_DefinitelyLost 8+0 in 1 | ngx_set_environment",
	"Leak_DefinitelyLost 50+0 in 1 | vault_open:8 < vault_open ffi",
	"Leak_DefinitelyLost 72+228 in 3 | vault_open:8 < vault_open ffi",
	"Leak_DefinitelyLost 500+0 in 5 | leak:12 < leak ffi",
	"Leak_DefinitelyLost 15360+12288 in 1 | ngx_single_process_cycle",
}

func TestReadXML(t *testing.T) {
	for _, test := range []struct {
		file, process string
		want          []string
	}{
		{"nginx.xml", "1664 memcheck 3.19.0 nginx", nginxRecords},
		{"crash.xml", "5090 memcheck 3.19.0 nginx", []string{
			"InvalidWrite | crash:17 < crash ffi | Address 0x8 is not stack [0]",
			"FatalSignal SIGSEGV | crash:17 < crash ffi",
			"Leak_DefinitelyLost 200+0 in 2 | leak:12 < leak ffi",
		}},
		{"helgrind.xml", "5254 helgrind 3.19.0 ./race", []string{
			"Race | main:5 < main  | This conflicts with a pr [4] | Address 0x10c060 is 0 by [0]",
			"Race | main:5 < main  | This conflicts with a pr [4] | Address 0x10c060 is 0 by [0]",
			"LockOrder | main:7 < main  | Required order was estab [2] | followed by a later acqu [2] | Lock at 0x1002B1F2B0 was [2] | Lock at 0x1002B1F370 was [2]",
			"UnlockUnlocked | main:8 < main  | Lock at 0x1002B1F2B0 was [2]",
		}},
		{"drd.xml", "5266 drd 3.19.0 ./race", []string{
			"ConflictingAccess | main:5 < main  | Allocation context: BSS  [0]",
			"ConflictingAccess | main:5 < main  | Allocation context: BSS  [0]",
			"MutexErr | main:8 < main  | mutex first observed at [2]",
		}},
	} {
		processes, records, err := ReadXML(bytes.NewReader(recorded(t, test.file)))
		if err != nil || len(processes) != 1 {
			t.Fatalf("%s: %d processes, %v", test.file, len(processes), err)
		}
		p := processes[0]
		if got := strings.Join([]string{itoa(p.PID), p.Tool, p.Version, p.Command[0]}, " "); got != test.process || !p.Ended {
			t.Errorf("%s: process %s, ended %v; want %s", test.file, got, p.Ended, test.process)
		}
		same(t, test.file, briefs(records), test.want)
	}
}

func TestXMLDetails(t *testing.T) {
	_, records, err := ReadXML(bytes.NewReader(recorded(t, "nginx.xml")))
	if err != nil {
		t.Fatal(err)
	}
	r := records[0]
	want := Frame{IP: 0x57D1321, Object: "/home/me/zoo/libzoo.so", Function: "read_past", Dir: "/home/me/zoo", File: "zoo.c", Line: 13}
	if r.Stack[0] != want {
		t.Errorf("frame %+v", r.Stack[0])
	}
	if r.PID != 1664 || r.Tool != "memcheck" || r.What != "Invalid read of size 1" || r.SuppressionKind != "Memcheck:Addr1" || r.Thread != 1 {
		t.Errorf("record %+v", r)
	}
	if !strings.HasPrefix(r.Suppression, "{\n   <insert_a_suppression_name_here>\n   Memcheck:Addr1\n   fun:read_past\n") || !strings.HasSuffix(r.Suppression, "}\n") {
		t.Errorf("suppression %q", r.Suppression)
	}
	if r.Extra[0].Stack[0].Function != "malloc" || r.Stack[0].Source() != "/home/me/zoo/zoo.c:13" {
		t.Errorf("extra %+v", r.Extra[0])
	}
}

// A process that is killed leaves a file that stops anywhere. Everything before the cut is found, and nothing else.
// A process that was forked, and is not followed as a program of its own, writes into its parent's file.
func TestForked(t *testing.T) {
	loss := func(bytes string) string {
		return "<error><kind>Leak_DefinitelyLost</kind><xwhat><text>" + bytes + " bytes in 1 blocks are definitely lost in loss record 1 of 1</text></xwhat></error>\n"
	}
	const root, end = "<?xml version=\"1.0\"?>\n<valgrindoutput>\n", "<status><state>FINISHED</state></status>\n</valgrindoutput>\n"
	text := root + "<pid>7</pid>\n" + root + "<pid>8</pid>\n" + loss("6") + end + loss("77") + end
	processes, records, err := ReadXML(strings.NewReader(text))
	if err != nil || len(processes) != 2 || len(records) != 2 {
		t.Fatalf("%d processes, %d records, %v", len(processes), len(records), err)
	}
	for i, pid := range []int{8, 7} {
		if records[i].PID != pid || !processes[i].Ended {
			t.Errorf("record of %d bytes is of process %d, want %d; process ended: %v", records[i].Bytes, records[i].PID, pid, processes[i].Ended)
		}
	}
}

func TestTruncated(t *testing.T) {
	text := recorded(t, "nginx.xml")
	whole := bytes.Count(text, []byte("</error>"))
	for _, cut := range []int{0, 10, 1279, 2000, 8000, 20000, 30000, 40000, len(text) - 300} {
		want := bytes.Count(text[:cut], []byte("</error>"))
		_, records, err := ReadXML(bytes.NewReader(text[:cut]))
		if err != nil || len(records) != want {
			t.Errorf("cut at %d: %d records, %v; want %d of %d", cut, len(records), err, want, whole)
		}
	}
}

func TestTail(t *testing.T) {
	text := recorded(t, "nginx.xml")
	name := filepath.Join(t.TempDir(), "1664.xml")
	tail := NewTail(name)
	if got, err := tail.Poll(); len(got) != 0 || err != nil {
		t.Fatalf("without a file: %d records, %v", len(got), err)
	}
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []Record
	for at := 0; at < len(text); at += 61 {
		part := text[at:min(at+61, len(text))]
		if _, err := file.Write(part); err != nil {
			t.Fatal(err)
		}
		got, err := tail.Poll()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, got...)
		if want := bytes.Count(text[:at+len(part)], []byte("</error>")); len(all) != want {
			t.Fatalf("after %d bytes: %d records, want %d", at+len(part), len(all), want)
		}
	}
	if got, err := tail.Finish(); len(got) != 0 || err != nil || tail.Damaged() != 0 {
		t.Errorf("at the end: %d more, %v, %d damaged", len(got), err, tail.Damaged())
	}
	ApplyCounts(all, tail.Processes())
	same(t, "tail", briefs(all), nginxRecords)
}

// What two processes write through each other, or a cut-off record before others, does not hide what comes after it.
func TestDamaged(t *testing.T) {
	const head = "<?xml version=\"1.0\"?>\n<valgrindoutput>\n<pid>7</pid>\n<tool>memcheck</tool>\n"
	record := func(what string) string {
		return "<error>\n<unique>0x1</unique>\n<kind>InvalidRead</kind>\n<what>" + what + "</what>\n<stack>\n<frame>\n<ip>0x1</ip>\n<fn>f&lt;int&gt;</fn>\n</frame>\n</stack>\n</error>\n"
	}
	for _, test := range []struct {
		name, text string
		want       []string
		damaged    int
	}{
		{"whole", head + record("a") + record("b"), []string{"a", "b"}, 0},
		{"cut off before another", head + record("a")[:60] + record("b"), []string{"b"}, 1},
		{"a stray end", head + record("a") + "</stack></error>" + record("b"), []string{"a", "b"}, 0},
		{"bad bytes", head + "<preamble><line>Command: x \x01\xff</line></preamble>" + record("a"), []string{"a"}, 0},
		{"a second document", head + record("a") + "</valgrindoutput>" + head + record("b"), []string{"a", "b"}, 0},
		{"no XML at all", "valgrind: the file is missing\n<error", nil, 0},
	} {
		tail := &Tail{}
		var got []string
		for _, r := range tail.feed([]byte(test.text), true) {
			got = append(got, r.What)
			if r.PID != 7 || r.Stack[0].Function != "f<int>" {
				t.Errorf("%s: %+v", test.name, r)
			}
		}
		if !slices.Equal(got, test.want) || tail.Damaged() != test.damaged {
			t.Errorf("%s: %q, %d damaged; want %q, %d", test.name, got, tail.Damaged(), test.want, test.damaged)
		}
	}
}

func TestSuppressed(t *testing.T) {
	const text = `<valgrindoutput><pid>9</pid><suppcounts>
  <pair><count>2</count><name>nginx: events</name></pair>
  <pair><count>1</count><name>crc</name></pair>
</suppcounts></valgrindoutput>`
	processes, _, err := ReadXML(strings.NewReader(text))
	if err != nil || !maps.Equal(processes[0].Suppressed, map[string]int{"nginx: events": 2, "crc": 1}) {
		t.Errorf("%+v, %v", processes, err)
	}
}
