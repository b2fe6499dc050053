package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// longestSocket is how many bytes the path of a unix socket may have.
const longestSocket = 107

// socketName is a name by which nginx and this process can reach a unix socket of ours. It is the socket's path, or where that
// is too long, below a long TMPDIR for instance, one through this process's descriptor of the directory that the socket's own
// directory is in.
func socketName(path string) string {
	if len(path) <= longestSocket {
		return path
	}
	own := filepath.Dir(path)
	parent := filepath.Dir(own)
	parents.Lock()
	defer parents.Unlock()
	f, known := parents.open[parent]
	if !known {
		var err error
		if f, err = os.Open(parent); err != nil {
			return path // nginx says what is wrong with it
		}
		parents.open[parent] = f
	}
	return fmt.Sprintf("/proc/%d/fd/%d/%s/%s", os.Getpid(), f.Fd(), filepath.Base(own), filepath.Base(path))
}

// parents are the directories that are kept open for socketName: one, unless TMPDIR changes.
var parents = struct {
	sync.Mutex
	open map[string]*os.File
}{open: map[string]*os.File{}}
