package valgrind

import "testing"

func TestFFI(t *testing.T) {
	malloc := Frame{Function: "malloc", Object: "/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so"}
	mine := Frame{Function: "zoo_label", Object: "/home/ada/t/libzoo.so"}
	crypto := Frame{Function: "EVP_MD_CTX_new", Object: "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"}
	lua := Frame{Object: "/usr/lib/x86_64-linux-gnu/libluajit-5.1.so.2.1.0"}
	nginx := Frame{Function: "ngx_http_lua_run_thread", Object: "/usr/sbin/nginx"}
	compiled := Frame{}
	o := Owner{Roots: []string{"/home/ada"}, Programs: []string{"/usr/sbin/nginx"}}
	for name, c := range map[string]struct {
		stack Stack
		want  string
	}{
		"the user's own function":          {Stack{malloc, mine, lua, lua, lua, lua, nginx}, "zoo_label"},
		"from a compiled trace":            {Stack{malloc, mine, compiled}, "zoo_label"},
		"a lua_CFunction":                  {Stack{malloc, mine, lua, nginx}, ""},
		"a library of the system":          {Stack{malloc, crypto, lua, lua, lua, lua, nginx}, "EVP_MD_CTX_new"},
		"malloc itself":                    {Stack{malloc, lua, lua, lua, lua, nginx}, "malloc"},
		"no Lua":                           {Stack{malloc, crypto, nginx}, ""},
		"the user's own, and no Lua below": {Stack{malloc, mine, nginx}, ""},
	} {
		if got := o.FFI(c.stack); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
