package nginx

import (
	"net"
	"slices"
	"testing"
)

func TestPreloadEnv(t *testing.T) {
	for _, test := range []struct {
		env          []string
		noMockeagain bool
		want         []string
	}{
		{[]string{"A=1"}, false, []string{"A=1", "LD_PRELOAD="}},
		{[]string{"A=1"}, true, []string{"A=1"}},
		{[]string{"LD_PRELOAD=/x.so", "A=1"}, false, []string{"A=1", "LD_PRELOAD=/x.so"}},
		{[]string{"LD_PRELOAD=/x.so /m/mockeagain.so"}, true, []string{"LD_PRELOAD=/x.so "}},
		{[]string{"LD_PRELOAD=/x.so /m/mockeagain.so"}, false, []string{"LD_PRELOAD=/x.so /m/mockeagain.so"}},
		{[]string{"LD_PRELOAD=/x.so", "TEST_NGINX_LD_PRELOAD=/y.so"}, false, []string{"TEST_NGINX_LD_PRELOAD=/y.so", "LD_PRELOAD=/y.so /x.so"}},
		{[]string{"TEST_NGINX_LD_PRELOAD=/y.so"}, true, []string{"TEST_NGINX_LD_PRELOAD=/y.so", "LD_PRELOAD=/y.so"}},
	} {
		before := slices.Clone(test.env)
		if got := PreloadEnv(test.env, test.noMockeagain); !slices.Equal(got, test.want) {
			t.Errorf("PreloadEnv(%q, %v) = %q, want %q", before, test.noMockeagain, got, test.want)
		}
		if !slices.Equal(test.env, before) {
			t.Errorf("the argument became %q", test.env)
		}
	}
}

func TestFreePort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	used := l.Addr().(*net.TCPAddr).Port
	if Free("127.0.0.1", used) {
		t.Errorf("port %d is free, with a listener on it", used)
	}
	asked := map[int]bool{}
	port, err := FreePort("127.0.0.1", func(p int) bool {
		asked[p] = true
		return len(asked) < 3
	})
	if err != nil || port < 1988 || port > 65534 || len(asked) < 3 {
		t.Errorf("FreePort = %d, %v, after %d that were taken", port, err, len(asked)-1)
	}
	if _, err := FreePort("127.0.0.1", func(int) bool { return true }); err == nil {
		t.Error("a port where all are taken")
	}
}
