package valgrind

import (
	"path"
	"slices"
	"strings"
)

// Owner tells the user's own frames from those of the system.
type Owner struct {
	// Roots are directories: a frame whose source or object lies below one is the user's own, whatever else is said.
	Roots []string
	// Programs are objects that are not the user's, by path: the server that runs, its modules.
	Programs []string
}

// systemDirs hold objects that the user did not write.
var systemDirs = []string{"/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/lib/", "/lib32/", "/lib64/", "/usr/libexec/", "/usr/bin/",
	"/usr/sbin/", "/bin/", "/sbin/", "/usr/local/openresty", "/opt/openresty", "/nix/store/", "/gnu/store/"}

// systemPrograms are programs that are not the user's wherever they lie.
var systemPrograms = []string{"nginx", "openresty", "luajit", "lua", "valgrind", "resty", "busted"}

// Own says whether the frame is in code of the user's.
func (o Owner) Own(f Frame) bool {
	base := path.Base("/" + f.Object)
	if strings.HasPrefix(base, "vgpreload_") || f.Function == "_start" || strings.HasPrefix(f.Function, "__libc_start_") {
		return false
	}
	source := f.File
	if !path.IsAbs(source) && f.Dir != "" {
		source = path.Join(f.Dir, source)
	}
	for _, root := range o.Roots {
		if below(source, root) || below(f.Object, root) && !isProgram(base) && !f.InLua() {
			return true
		}
	}
	for _, program := range o.Programs {
		if f.Object == program {
			return false
		}
	}
	if f.InLua() || isProgram(base) {
		return false
	}
	if f.Object == "" {
		// Valgrind's text and sanitizers name the source only. libc and the sanitizers themselves have paths relative to
		// where they were built, or in the build directory of the distribution.
		switch {
		case f.File == "" || nginxSource().MatchString(source) || slices.Contains(libcSources, f.File):
			return false
		case path.IsAbs(source):
			return !strings.HasPrefix(source, "/usr/") && !strings.HasPrefix(source, "/build/")
		}
		return !strings.HasPrefix(f.Dir, ".") && !strings.Contains(f.Dir, "/../")
	}
	for _, dir := range systemDirs {
		if strings.HasPrefix(f.Object, dir) {
			return false
		}
	}
	return true
}

// nginxSource are files of nginx's own, for a build by hand. Those of modules lie in no such directory.
var nginxSource = expression(`(?:^|/)src/(?:core|event|http|mail|os|stream)/(?:\w+/)*n\w+\.[ch]$`)

// libcSources are files of libc that are seen at the feet of stacks, for text without directories.
var libcSources = []string{"clone.S", "clone3.S", "clone-internal.c", "pthread_create.c", "libc_start_call_main.h", "libc-start.c"}

func isProgram(base string) bool {
	for _, name := range systemPrograms {
		if base == name || strings.HasPrefix(base, name+"-") || strings.HasPrefix(base, name+".") {
			return true
		}
	}
	return false
}

func below(name, dir string) bool {
	if name == "" || dir == "" || !path.IsAbs(name) {
		return false
	}
	dir = strings.TrimSuffix(path.Clean(dir), "/")
	name = path.Clean(name)
	return name == dir || strings.HasPrefix(name, dir+"/")
}

// InLua says whether the frame is inside the Lua interpreter, or in machine code that it made: that has no object.
func (f Frame) InLua() bool {
	base := path.Base("/" + f.Object)
	switch {
	case f.Object == "" && f.Function == "" && f.File == "":
		return true
	case strings.HasPrefix(base, "libluajit"), strings.HasPrefix(base, "luajit"), strings.HasPrefix(base, "liblua"):
		return true
	}
	return strings.HasPrefix(f.Function, "lj_") || strings.HasPrefix(f.Function, "lua_") || strings.HasPrefix(f.Function, "luaL_")
}

// Way is how a stack comes from Lua into the user's code.
type Way string

// The ways from Lua into C.
const (
	NotLua   Way = ""         // it does not: C calls it
	ViaFFI   Way = "ffi"      // an FFI call, interpreted or compiled
	ViaCFunc Way = "function" // a lua_CFunction
)

// Place says where in a stack the user's code is.
type Place struct {
	// First and Last bound the frames of the user's nearest to the top, [First, Last); both are 0 when there are none.
	// Frames of the system between two of the user's (a callback through qsort, say) are inside.
	First, Last int
	// Foot is the outermost frame of that part: the C function that was called from outside.
	Foot Frame
	// Top is its innermost frame: the line that did it.
	Top Frame
	// Way tells whether Lua called the foot, and how.
	Way Way
}

// Place finds the user's part of a stack: from the first frame of theirs down to the last one before the stack goes
// through Lua or ends.
func (o Owner) Place(s Stack) Place {
	var p Place
	found := false
	for i, f := range s {
		if found && f.InLua() {
			break
		}
		if !o.Own(f) {
			continue
		}
		if !found {
			p.First, p.Top, found = i, f, true
		}
		p.Last, p.Foot = i+1, f
	}
	if found && p.Last < len(s) {
		p.Way = way(s[p.Last:])
	}
	return p
}

// way reads the frames below a C function. LuaJIT with symbols names its FFI call. Without them the number of frames
// tells: an FFI call goes through three functions of LuaJIT below its interpreter, a lua_CFunction is called by the
// interpreter itself. Compiled code, which is in no object, makes FFI calls only.
func way(s Stack) Way {
	unnamed := 0
	for i, f := range s {
		if !f.InLua() {
			break
		}
		if strings.HasPrefix(f.Function, "lj_vm_ffi_call") || strings.HasPrefix(f.Function, "lj_ccall") || i == 0 && f.Object == "" && f.Function == "" {
			return ViaFFI
		}
		if f.Function != "" {
			break
		}
		unnamed++
	}
	switch {
	case !s[0].InLua():
		return NotLua
	case unnamed >= 3, unnamed == len(s): // sanitizers do not see through Lua
		return ViaFFI
	}
	return ViaCFunc
}

// allocates says whether the frame is an allocator, which says nothing about whose block it is.
func (f Frame) allocates() bool {
	return strings.HasPrefix(path.Base("/"+f.Object), "vgpreload_") || slices.Contains(allocatorNames, f.Function)
}
