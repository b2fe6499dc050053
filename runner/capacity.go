package runner

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

// capacity is how many lanes the machine bears. Tests mostly wait, so there are more of them than processors, as many more
// as it takes to keep these busy; each needs memory, and some milliseconds of a processor to start. There are few at first:
// a short suite is done before more of them pay.
type capacity struct {
	limit int // of lanes, for now
	sure  int // there come so many at any rate: others may keep the processors busy
	most  int
	asked bool // -j says it
	last  processorLoad
	since time.Time // of last
	begun time.Time
	at    time.Time // of the last look
}

const (
	lookAgain = 60 * time.Millisecond  // how often it is seen whether more lanes would find an idle processor
	lookBack  = 240 * time.Millisecond // for how long what was idle before counts
	sureAfter = time.Second            // there is one more of those that come at any rate
)

func newCapacity(jobs int, valgrind bool) *capacity {
	if jobs > 0 {
		return &capacity{limit: jobs, most: jobs, asked: true}
	}
	cores := processors
	each, first, sure, most := 96<<20, cores, 2*cores, 16*cores // bytes of memory, with nginx
	if valgrind {                                               // the first nginx of a lane takes seconds of a processor
		each, first, sure, most = 400<<20, cores+1, cores+1, 2*cores
	}
	now := time.Now()
	c := &capacity{limit: first, sure: sure, most: most, last: readLoad(), since: now, begun: now, at: now}
	if free := availableMemory(); free > 0 {
		c.most = max(1, min(c.most, int(free/2/int64(each))))
	}
	c.limit, c.sure = min(c.limit, c.most), min(c.sure, c.most)
	return c
}

// look raises the limit where a good part of the processors was idle lately though there was work to do.
func (c *capacity) look() {
	if c.asked || c.limit >= c.most || time.Since(c.at) < lookAgain/2 {
		return
	}
	now := readLoad()
	total, idle := now.total-c.last.total, now.idle-c.last.idle
	c.at = time.Now()
	more := moreLanes(c.limit, total, idle)
	if more > 0 || c.at.Sub(c.since) >= lookBack {
		c.last, c.since = now, c.at
	}
	c.limit = min(c.most, c.limit+more)
	c.limit = max(c.limit, min(c.sure, int(c.at.Sub(c.begun)/sureAfter)))
}

// moreLanes is by how many lanes a limit is to rise: if each lane has its part in what the processors have done, as many more
// as take up the idle rest, but no more than as many again. A lane has to find more idle time than it takes to start it.
func moreLanes(limit int, total, idle int64) int {
	const pays = 5 // hundredths of a second, as Linux counts
	if total <= 0 || idle < pays || float64(idle) <= 0.15*float64(total) {
		return 0
	}
	return max(1, min(limit, int(float64(limit)*float64(idle)/float64(max(1, total-idle)))))
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
