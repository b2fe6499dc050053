package wire

import "testing"

func TestCurl(t *testing.T) {
	c := Curl{Protocol: "http", Address: "127.0.0.1:1984", Timeout: "3", BodyFile: "/b"}
	const start, end = "curl -i -H User-Agent: -H Accept: -H Host: -sS ", "--connect-timeout 3 --max-time 3 http://127.0.0.1:1984/a"
	for _, test := range []struct{ request, command, body string }{
		{"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", start + "-H 'Host: localhost' " + end, ""},
		{"HEAD /a HTTP/1.0\r\nHost: x\r\n\r\n", start + "-I -0 -H 'Host: x' " + end, ""},
		{"POST /a HTTP/1.1\r\nX: it's\r\nContent-Length: 3\r\n\r\na=b",
			start + `-X POST -H 'X: it'\''s' -H 'Content-Length: 3' -H 'Content-Type: ' --data-binary @/b ` + end, "a=b"},
		{"PUT /a HTTP/1.1\r\nContent-Type: x/y\r\n\r\nz", start + "-X PUT -H 'Content-Type: x/y' --data-binary @/b " + end, "z"},
		{"GET /a\r\n", start + "-0 " + end, ""},
	} {
		args, body, err := c.Command(test.request)
		if got := Shell(args); err != nil || got != test.command || body != test.body {
			t.Errorf("%q:\n%s\nwant\n%s\nbody %q, error %v", test.request, got, test.command, body, err)
		}
	}
	for version, want := range map[int]string{
		2: "curl -i -H User-Agent: -H Accept: -H Host: -sS --http2-prior-knowledge -H 'Host: x' --connect-timeout 3 --max-time 3 http://127.0.0.1:1984/a",
		3: "curl -i -H User-Agent: -H Accept: -H Host: -sS --http3-only -k -H 'Host: x' --connect-timeout 3 --max-time 3 https://127.0.0.1:1984/a",
	} {
		c.Version = version
		if args, _, err := c.Command("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil || Shell(args) != want {
			t.Errorf("HTTP/%d: %s, want %s; error %v", version, Shell(args), want, err)
		}
	}
	for _, request := range []string{"", "\r\n", "GET /a HTTP/1.1\r\nno end"} {
		if args, _, err := c.Command(request); err == nil {
			t.Errorf("%q: %q", request, args)
		}
	}
}
