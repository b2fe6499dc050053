package nginx

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestParseBuild(t *testing.T) {
	for _, test := range []struct {
		name, output string
		want         Build
	}{
		{
			"Debian 12",
			"nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.22 25 Aug 2026 (running with OpenSSL 3.0.19 27 Jan 2026)\nTLS SNI support enabled\n" +
				"configure arguments: --with-cc-opt='-g -O2' --prefix=/usr/share/nginx --with-pcre-jit --with-stream=dynamic\n",
			Build{
				Version: "1.22.1", Canonical: "1.022001", OpenSSL: "3.000022", PCRE: 1,
				Arguments: []string{"--with-cc-opt=-g -O2", "--prefix=/usr/share/nginx", "--with-pcre-jit", "--with-stream=dynamic"},
			},
		},
		{
			"OpenResty",
			"nginx version: openresty/1.21.4.1\nbuilt with OpenSSL 1.1.1n  15 Mar 2022\nconfigure arguments: --prefix=/usr/local/openresty/nginx --with-pcre=/x\n",
			Build{
				Version: "1.21.4", Canonical: "1.021004", OpenSSL: "1.001001013", PCRE: 1, OpenResty: true,
				Arguments: []string{"--prefix=/usr/local/openresty/nginx", "--with-pcre=/x"},
			},
		},
		{"PCRE2", "nginx version: nginx/1.26.3\nconfigure arguments:\n", Build{Version: "1.26.3", Canonical: "1.026003", PCRE: 2}},
		{
			"told not to use PCRE2", "nginx version: nginx/1.26.3\nconfigure arguments: --without-pcre2\n",
			Build{Version: "1.26.3", Canonical: "1.026003", PCRE: 1, Arguments: []string{"--without-pcre2"}},
		},
		{"another name", "Tengine version: Tengine/2.3.2\n", Build{Version: "2.3.2", Canonical: "2.003002"}},
		{"named in brackets", "nginx version: nginx (mine)/1.9.11\n", Build{Version: "1.9.11", Canonical: "1.009011"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseBuild(test.output)
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != test.want.Version || got.Canonical != test.want.Canonical || got.OpenSSL != test.want.OpenSSL ||
				got.PCRE != test.want.PCRE || got.OpenResty != test.want.OpenResty || !slices.Equal(got.Arguments, test.want.Arguments) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
	if _, err := ParseBuild("command not found\nat all"); err == nil || err.Error() != `failed to parse the output of "nginx -V": "command not found"` {
		t.Errorf("%v", err)
	}
}

func TestProbe(t *testing.T) {
	b, err := Probe(context.Background(), theNginx(t))
	if err != nil {
		t.Fatal(err)
	}
	if newer, err := Compare(b.Canonical, ">", "1.000000"); err != nil || !newer || len(b.Arguments) == 0 || b.Path == "" {
		t.Errorf("%+v", b)
	}
	if prefix, ok := b.Argument("--prefix"); !ok || !strings.HasPrefix(prefix, "/") {
		t.Errorf("--prefix is %q", prefix)
	}
	if _, ok := b.Argument("--pre"); ok {
		t.Error("it has an argument --pre")
	}
}

func TestProbeAsksOnce(t *testing.T) {
	count := t.TempDir() + "/count"
	binary := script(t, "nginx", "echo >>"+count+"; echo nginx version: nginx/1.2.3 >&2")
	for range 3 {
		if b, err := Probe(context.Background(), binary); err != nil || b.Version != "1.2.3" {
			t.Fatalf("%+v, %v", b, err)
		}
	}
	if text, _ := os.ReadFile(count); string(text) != "\n" {
		t.Errorf("it was asked %d times", len(text))
	}
}

func TestProbeFails(t *testing.T) {
	for text, want := range map[string]string{
		"echo oh no; echo more; exit 3": "-V: exit status 3: oh no",
		"echo hello":                    `failed to parse the output of "nginx -V": "hello" (name nginx in TEST_NGINX_BINARY or --nginx)`,
	} {
		if _, err := Probe(context.Background(), script(t, "nginx", text)); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v; want ...%s", text, err, want)
		}
	}
	if _, err := Probe(context.Background(), "/nonexistent/nginx"); err == nil {
		t.Error("a binary that is not there can be probed")
	}
}

func TestProbeIsCancelled(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	started := make(chan error, 1)
	go func() {
		_, err := Probe(ctx, script(t, "nginx", "touch "+dir+"/started; sleep 1000"))
		started <- err
	}()
	for {
		if _, err := os.Stat(dir + "/started"); err == nil {
			break
		}
		runtime.Gosched()
	}
	cancel()
	if err := <-started; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
