package runner

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// capacity is how many lanes the machine bears. Tests mostly wait, so there are more of them than processors, as many more
// as it takes to keep these busy; each needs memory.
type capacity struct {
	limit int // of lanes, for now
	most  int
	asked bool // -j says it
	last  processorLoad
	at    time.Time
}

// lookAgain is how often it is seen whether more lanes would find an idle processor.
const lookAgain = 60 * time.Millisecond

func newCapacity(jobs int, valgrind bool) *capacity {
	if jobs > 0 {
		return &capacity{limit: jobs, most: jobs, asked: true}
	}
	cores := runtime.GOMAXPROCS(0)
	each, first, most := 96<<20, 2*cores, 8*cores // bytes of memory, with nginx
	if valgrind {                                 // the first nginx of a lane takes seconds of a processor
		each, first, most = 400<<20, cores+1, 2*cores
	}
	c := &capacity{limit: first, most: most, last: readLoad(), at: time.Now()}
	if free := availableMemory(); free > 0 {
		c.most = max(1, min(c.most, int(free/2/int64(each))))
	}
	c.limit = min(c.limit, c.most)
	return c
}

// look raises the limit where a good part of a processor was idle since the last look though there was work to do.
func (c *capacity) look() {
	if c.asked || c.limit >= c.most || time.Since(c.at) < lookAgain/2 {
		return
	}
	now := readLoad()
	total, idle := now.total-c.last.total, now.idle-c.last.idle
	c.last, c.at = now, time.Now()
	if total > 0 && float64(idle)/float64(total) > 0.15 {
		c.limit++
	}
}

// processorLoad is what all processors have done since the start of the machine, in ticks.
type processorLoad struct{ total, idle int64 }

func readLoad() processorLoad {
	f, err := os.Open("/proc/stat")
	if err != nil {
		return processorLoad{}
	}
	defer f.Close()
	line, _ := bufio.NewReaderSize(f, 512).ReadString('\n')
	var l processorLoad
	for i, field := range strings.Fields(strings.TrimPrefix(line, "cpu")) {
		var n int64
		fmt.Sscan(field, &n)
		l.total += n
		if i == 3 || i == 4 { // idle, waiting for a disk
			l.idle += n
		}
		if i == 7 {
			break // what follows is counted before
		}
	}
	return l
}

// availableMemory returns the bytes that programs can get without swapping; 0 when that is not known.
func availableMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	_, rest, found := strings.Cut(string(text), "MemAvailable:")
	var kilobytes int64
	if found {
		fmt.Sscan(rest, &kilobytes)
	}
	return kilobytes << 10
}
