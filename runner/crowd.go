package runner

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// crowd is how many processes want each processor: 1 where nobody has to wait. What takes a second alone takes as many
// seconds then.
type crowd float64

// processors is how many there are for this program. A lane uses but one at a time.
var processors = runtime.GOMAXPROCS(0)

// look takes a look at the machine. A crowd that was there a moment ago may be back in the next. There is an end to what it
// excuses: a test that does hang fails after that much longer.
func (c *crowd) look() {
	const fading, most = 0.7, 3
	now := float64(running()) / float64(processors)
	*c = crowd(min(max(1, now, float64(*c)*fading), most))
}

var loadavg = sync.OnceValue(func() *os.File {
	f, _ := os.Open("/proc/loadavg")
	return f
})

// running is the number of processes that run or want to; 0 when that is not known.
func running() int {
	var text [128]byte
	n := 0
	if f := loadavg(); f != nil {
		n, _ = unix.Pread(int(f.Fd()), text[:], 0) // ReadAt would ask again whether that is all
	}
	if f := strings.Fields(string(text[:max(0, n)])); len(f) > 3 {
		count, _, _ := strings.Cut(f[3], "/")
		n, _ := strconv.Atoi(count)
		return n
	}
	return 0
}
