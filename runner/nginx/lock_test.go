package nginx

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestLock(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	root := Servroot(t.TempDir() + "/servroot")
	unlock, err := root.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := root.Lock(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("in use by another run, process %d ", os.Getpid())) {
		t.Errorf("locked twice: %v", err)
	}
	other, err := Servroot(t.TempDir() + "/servroot").Lock()
	if err != nil {
		t.Errorf("another server root: %v", err)
	}
	other()
	unlock()
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	again, err := root.Lock()
	if err != nil {
		t.Errorf("after unlock: %v", err)
	}
	again()
}
