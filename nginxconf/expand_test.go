package nginxconf

import (
	"errors"
	"testing"
)

func TestExpand(t *testing.T) {
	env := map[string]string{"TEST_NGINX_PORT": "1984", "TEST_NGINX_EMPTY": "", "TEST_NGINX_A_1": "x", "TEST_NGINX_DOLLAR": "$TEST_NGINX_PORT"}
	next := 3000
	e := &Expander{
		Name: "t/a.t TEST 1: x",
		Env:  func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		RandPort: func(taken func(int) bool) (int, error) {
			for next++; taken(next); next++ {
			}
			return next, nil
		},
		ServerPort: "3002",
	}
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"listen $TEST_NGINX_PORT;", "listen 1984;"},
		{"[$TEST_NGINX_EMPTY]", "[]"},
		{"$TEST_NGINX_A_1$TEST_NGINX_PORT", "x1984"},
		{"$TEST_NGINX_PORTal", "1984al"},
		{`\$TEST_NGINX_PORT`, `\1984`},
		{"${TEST_NGINX_PORT} $test_nginx_port $TEST_NGINX $TEST_NGINX_", "${TEST_NGINX_PORT} $test_nginx_port $TEST_NGINX $TEST_NGINX_"},
		{"$TEST_NGINX_DOLLAR", "$TEST_NGINX_PORT"},
		{"\xff$TEST_NGINX_PORT\x80", "\xff1984\x80"},
		{"$TEST_NGINX_RAND_PORT_1 $TEST_NGINX_RAND_PORT_2 $TEST_NGINX_RAND_PORT_1", "3001 3003 3001"},
		{"$TEST_NGINX_RAND_PORT_2 $TEST_NGINX_RAND_PORT_10", "3003 3004"},
	} {
		if got, err := e.Expand(test.text); err != nil || got != test.want {
			t.Errorf("Expand(%q) = %q, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func TestExpandFails(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	noPort := func(func(int) bool) (int, error) { return 0, errors.New("all are taken") }
	for _, test := range []struct{ text, bail, whole string }{
		{
			"$TEST_NGINX_NO and $TEST_NGINX_OTHER", "b - No environment TEST_NGINX_NO defined.",
			"b - No environment TEST_NGINX_NO defined. (set TEST_NGINX_NO in the environment, or $ENV{TEST_NGINX_NO} before run_tests())",
		},
		{
			"$TEST_NGINX_RAND_PORT_X", "b - No environment TEST_NGINX_RAND_PORT_X defined.",
			"b - No environment TEST_NGINX_RAND_PORT_X defined. (set TEST_NGINX_RAND_PORT_X in the environment, or $ENV{TEST_NGINX_RAND_PORT_X} before run_tests())",
		},
		{
			"$TEST_NGINX_RAND_PORT_1", "b - Cannot find an available listening port number for TEST_NGINX_RAND_PORT_1.",
			"b - Cannot find an available listening port number for TEST_NGINX_RAND_PORT_1. (all are taken)",
		},
	} {
		_, err := (&Expander{Name: "b", Env: none, RandPort: noPort}).Expand(test.text)
		var bail *BailOut
		if !errors.As(err, &bail) || bail.Text != test.bail || err.Error() != test.whole {
			t.Errorf("Expand(%q) fails with %v; want %q", test.text, err, test.whole)
		}
	}
	if _, err := new(Expander).Expand("$TEST_NGINX_RAND_PORT_1 $TEST_NGINX_X"); err == nil {
		t.Error("the zero Expander knows a variable")
	}
}
