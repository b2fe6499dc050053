package interp

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// constants are modules' numbers by name.
type constants map[string]int64

var errnoConstants = constants{
	"EPERM": 1, "ENOENT": 2, "ESRCH": 3, "EINTR": 4, "EIO": 5, "ENXIO": 6, "E2BIG": 7, "ENOEXEC": 8, "EBADF": 9, "ECHILD": 10,
	"EAGAIN": 11, "EWOULDBLOCK": 11, "ENOMEM": 12, "EACCES": 13, "EFAULT": 14, "EBUSY": 16, "EEXIST": 17, "EXDEV": 18,
	"ENODEV": 19, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22, "ENFILE": 23, "EMFILE": 24, "ENOTTY": 25, "EFBIG": 27,
	"ENOSPC": 28, "ESPIPE": 29, "EROFS": 30, "EMLINK": 31, "EPIPE": 32, "EDOM": 33, "ERANGE": 34, "EDEADLK": 35,
	"ENAMETOOLONG": 36, "ENOSYS": 38, "ENOTEMPTY": 39, "ELOOP": 40, "ENOTSOCK": 88, "EADDRINUSE": 98,
	"EADDRNOTAVAIL": 99, "ENETUNREACH": 101, "ECONNABORTED": 103, "ECONNRESET": 104, "ENOTCONN": 107, "ETIMEDOUT": 110,
	"ECONNREFUSED": 111, "EHOSTUNREACH": 113, "EALREADY": 114, "EINPROGRESS": 115,
}

var waitConstants = constants{"WNOHANG": 1, "WUNTRACED": 2}

var signalConstants = constants{
	"SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGILL": 4, "SIGTRAP": 5, "SIGABRT": 6, "SIGBUS": 7, "SIGFPE": 8, "SIGKILL": 9,
	"SIGUSR1": 10, "SIGSEGV": 11, "SIGUSR2": 12, "SIGPIPE": 13, "SIGALRM": 14, "SIGTERM": 15, "SIGCHLD": 17, "SIGCONT": 18,
	"SIGSTOP": 19, "SIGTSTP": 20, "SIGTTIN": 21, "SIGTTOU": 22, "SIG_BLOCK": 0, "SIG_UNBLOCK": 1, "SIG_SETMASK": 2,
}

var limitConstants = constants{
	"CHAR_BIT": 8, "CHAR_MAX": 127, "CHAR_MIN": -128, "UCHAR_MAX": 255, "SHRT_MAX": 32767, "SHRT_MIN": -32768,
	"USHRT_MAX": 65535, "INT_MAX": math.MaxInt32, "INT_MIN": math.MinInt32, "UINT_MAX": math.MaxUint32,
	"LONG_MAX": math.MaxInt64, "LONG_MIN": math.MinInt64, "PATH_MAX": 4096, "DBL_DIG": 15, "EXIT_SUCCESS": 0,
	"EXIT_FAILURE": 1, "BUFSIZ": 8192, "EOF": -1, "STDIN_FILENO": 0, "STDOUT_FILENO": 1, "STDERR_FILENO": 2,
	"LC_CTYPE": 0, "LC_NUMERIC": 1, "LC_TIME": 2, "LC_COLLATE": 3, "LC_MONETARY": 4, "LC_MESSAGES": 5, "LC_ALL": 6,
}

var fcntlConstants = constants{
	"O_RDONLY": syscall.O_RDONLY, "O_WRONLY": syscall.O_WRONLY, "O_RDWR": syscall.O_RDWR, "O_CREAT": syscall.O_CREAT,
	"O_EXCL": syscall.O_EXCL, "O_TRUNC": syscall.O_TRUNC, "O_APPEND": syscall.O_APPEND, "O_NONBLOCK": syscall.O_NONBLOCK,
	"O_NOFOLLOW": syscall.O_NOFOLLOW, "O_SYNC": syscall.O_SYNC, "F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3,
	"F_SETFL": 4, "FD_CLOEXEC": 1,
}

var flockConstants = constants{"LOCK_SH": 1, "LOCK_EX": 2, "LOCK_NB": 4, "LOCK_UN": 8}

var seekConstants = constants{"SEEK_SET": 0, "SEEK_CUR": 1, "SEEK_END": 2}

var modeConstants = constants{
	"S_IRWXU": 0o700, "S_IRUSR": 0o400, "S_IWUSR": 0o200, "S_IXUSR": 0o100, "S_IRWXG": 0o70, "S_IRGRP": 0o40,
	"S_IWGRP": 0o20, "S_IXGRP": 0o10, "S_IRWXO": 7, "S_IROTH": 4, "S_IWOTH": 2, "S_IXOTH": 1, "S_IFMT": 0o170000,
	"S_IFREG": 0o100000, "S_IFDIR": 0o40000, "S_IFLNK": 0o120000, "S_ISUID": 0o4000, "S_ISGID": 0o2000, "S_ISVTX": 0o1000,
}

var socketConstants = constants{
	"AF_UNSPEC": 0, "AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "PF_UNSPEC": 0, "PF_UNIX": 1, "PF_INET": 2, "PF_INET6": 10,
	"SOCK_STREAM": 1, "SOCK_DGRAM": 2, "SOCK_RAW": 3, "SOL_SOCKET": 1, "SO_REUSEADDR": 2, "SO_TYPE": 3, "SO_ERROR": 4,
	"SO_BROADCAST": 6, "SO_SNDBUF": 7, "SO_RCVBUF": 8, "SO_KEEPALIVE": 9, "SO_LINGER": 13, "SO_REUSEPORT": 15,
	"SO_RCVTIMEO": 20, "SO_SNDTIMEO": 21, "SOMAXCONN": 4096, "IPPROTO_IP": 0, "IPPROTO_TCP": 6, "IPPROTO_UDP": 17,
	"IPPROTO_IPV6": 41, "TCP_NODELAY": 1, "MSG_PEEK": 2, "MSG_OOB": 1, "MSG_DONTWAIT": 0x40, "MSG_NOSIGNAL": 0x4000,
	"SHUT_RD": 0, "SHUT_WR": 1, "SHUT_RDWR": 2,
}

// defineConstants defines the constants of a module and returns their names.
func (in *Interp) defineConstants(pkg string, tables ...constants) []string {
	var names []string
	for _, t := range tables {
		for name, n := range t {
			in.constant(pkg+"::"+name, n)
			names = append(names, name)
		}
	}
	return names
}

func (t constants) names() []string {
	var out []string
	for name := range t {
		out = append(out, name)
	}
	return out
}

func (in *Interp) tag(pkg, tag string, names []string) {
	in.HashVar(pkg+"::EXPORT_TAGS").Put(tag, NewArray(anyStrings(names)...))
}

func init() {
	coreModules["Errno"] = func(in *Interp) {
		names := in.defineConstants("Errno", errnoConstants)
		in.exporting("Errno", nil, names)
		in.tag("Errno", "POSIX", names)
	}
	coreModules["Fcntl"] = func(in *Interp) {
		exports := in.defineConstants("Fcntl", fcntlConstants)
		more := in.defineConstants("Fcntl", flockConstants, seekConstants, modeConstants)
		tests := in.defineModeTests("Fcntl")
		in.exporting("Fcntl", exports, append(more, tests...))
		in.tag("Fcntl", "flock", flockConstants.names())
		in.tag("Fcntl", "seek", seekConstants.names())
		in.tag("Fcntl", "mode", append(modeConstants.names(), tests...))
		in.tag("Fcntl", "DEFAULT", exports)
	}
	coreModules["Socket"] = func(in *Interp) {
		names := in.defineConstants("Socket", socketConstants)
		in.constant("Socket::INADDR_ANY", "\x00\x00\x00\x00")
		in.constant("Socket::INADDR_LOOPBACK", "\x7f\x00\x00\x01")
		in.constant("Socket::CRLF", "\r\n")
		in.constant("Socket::CR", "\r")
		in.constant("Socket::LF", "\n")
		in.defineAddresses()
		exports := append(names, "INADDR_ANY", "INADDR_LOOPBACK", "inet_aton", "inet_ntoa", "sockaddr_in", "pack_sockaddr_in",
			"unpack_sockaddr_in", "inet_pton", "inet_ntop")
		in.exporting("Socket", exports, []string{"CR", "LF", "CRLF"})
		in.tag("Socket", "crlf", []string{"CR", "LF", "CRLF"})
		in.tag("Socket", "all", append([]string{"CR", "LF", "CRLF"}, exports...))
	}
	coreModules["POSIX"] = func(in *Interp) { in.definePOSIX() }
	coreModules["Sys::Hostname"] = func(in *Interp) {
		in.exporting("Sys::Hostname", []string{"hostname"}, nil)
		in.DefineSub("Sys::Hostname::hostname", func(*Call) (List, error) {
			name, err := os.Hostname()
			if err != nil {
				return nil, die("Cannot get host name of local machine")
			}
			return NewList(name), nil
		})
	}
}

// defineMath defines the functions of one number.
func (in *Interp) defineMath(pkg string, functions map[string]func(float64) float64) []string {
	var names []string
	for name, f := range functions {
		names = append(names, name)
		in.DefineSub(pkg+"::"+name, func(c *Call) (List, error) { return NewList(tidy(f(Num(c.Arg(0))))), nil })
	}
	return names
}

// tidy is a floating-point result in the form in which Perl counts on: an integer where it is one.
func tidy(f float64) Value {
	if f == math.Trunc(f) && math.Abs(f) < exact {
		return int64(f)
	}
	return f
}

// defineModeTests defines the functions that ask a mode of stat for the kind of file, and returns their names.
func (in *Interp) defineModeTests(pkg string) []string {
	var names []string
	for name, kind := range map[string]int64{"S_ISREG": 0o100000, "S_ISDIR": 0o40000, "S_ISLNK": 0o120000, "S_ISBLK": 0o60000,
		"S_ISCHR": 0o20000, "S_ISFIFO": 0o10000, "S_ISSOCK": 0o140000} {
		if pkg == "POSIX" && (name == "S_ISLNK" || name == "S_ISSOCK") {
			continue
		}
		names = append(names, name)
		in.DefineSub(pkg+"::"+name, func(c *Call) (List, error) { return NewList(boolean(Int(c.Arg(0))&0o170000 == kind)), nil })
	}
	if pkg == "Fcntl" {
		names = append(names, "S_IMODE")
		in.DefineSub("Fcntl::S_IMODE", func(c *Call) (List, error) { return NewList(Int(c.Arg(0)) & 0o7777), nil })
	}
	return names
}

func (in *Interp) definePOSIX() {
	names := in.defineConstants("POSIX", errnoConstants, waitConstants, signalConstants, limitConstants, fcntlConstants, seekConstants, modeConstants)
	names = append(names, in.defineMath("POSIX", map[string]func(float64) float64{
		"floor": math.Floor, "ceil": math.Ceil, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
		"sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh, "log10": math.Log10, "fabs": math.Abs,
	})...)
	names = append(names, in.defineModeTests("POSIX")...)
	optional := in.defineMath("POSIX", map[string]func(float64) float64{
		"round": math.Round, "trunc": math.Trunc, "log2": math.Log2, "cbrt": math.Cbrt, "rint": math.RoundToEven,
	})
	in.constant("POSIX::DBL_MAX", math.MaxFloat64)
	in.constant("POSIX::DBL_EPSILON", math.Pow(2, -52))
	in.constant("POSIX::ULONG_MAX", uint64(math.MaxUint64))
	def := func(name string, f func(c *Call) Value) {
		names = append(names, name)
		in.DefineSub("POSIX::"+name, func(c *Call) (List, error) { return NewList(f(c)), nil })
	}
	def("fmod", func(c *Call) Value { return tidy(math.Mod(Num(c.Arg(0)), Num(c.Arg(1)))) })
	def("pow", func(c *Call) Value { return tidy(math.Pow(Num(c.Arg(0)), Num(c.Arg(1)))) })
	def("strftime", func(c *Call) Value { return strftime(c.Str(0), in.mktimeArgs(c.Args[min(1, len(c.Args)):])) })
	def("mktime", func(c *Call) Value {
		switch t := in.mktimeArgs(c.Args).Unix(); t {
		case -1:
			return nil
		case 0:
			return "0 but true"
		default:
			return t
		}
	})
	def("getpid", func(*Call) Value { return in.pid() })
	def("getuid", func(*Call) Value { return int64(os.Getuid()) })
	def("isatty", func(*Call) Value { return no })
	def("setlocale", func(*Call) Value { return "C" })
	def("strerror", func(c *Call) Value { return errnoText(syscall.Errno(Int(c.Arg(0)))) })
	def("errno", func(*Call) Value { return int64(in.errno) })
	def("getcwd", func(*Call) Value { return in.dir })
	def("ctime", func(c *Call) Value {
		return time.Unix(Int(c.Arg(0)), 0).In(in.location()).Format("Mon Jan _2 15:04:05 2006") + "\n"
	})
	def("WIFEXITED", func(c *Call) Value { return boolean(Int(c.Arg(0))&0x7f == 0) })
	def("WEXITSTATUS", func(c *Call) Value { return Int(c.Arg(0)) >> 8 & 0xff })
	def("WIFSIGNALED", func(c *Call) Value { n := Int(c.Arg(0)) & 0x7f; return boolean(n != 0 && n != 0x7f) })
	def("WTERMSIG", func(c *Call) Value { return Int(c.Arg(0)) & 0x7f })
	def("_exit", func(c *Call) Value { throw(&Exit{toIndex(c.Arg(0)) & 0xff}); return nil })
	def("strtod", func(c *Call) Value { n, _ := parseNumber(c.Str(0)); return n })
	names = append(names, "uname")
	in.DefineSub("POSIX::uname", func(*Call) (List, error) {
		var u unix.Utsname
		if err := unix.Uname(&u); err != nil {
			return nil, nil
		}
		var out []string
		for _, part := range [][]byte{u.Sysname[:], u.Nodename[:], u.Release[:], u.Version[:], u.Machine[:]} {
			out = append(out, unix.ByteSliceToString(part))
		}
		return Strings(out...), nil
	})
	names = append(names, "strtol")
	in.DefineSub("POSIX::strtol", func(c *Call) (List, error) {
		v, left := strtol(c.Str(0), c.Arg(1))
		if c.Want != ListContext {
			return NewList(v), nil
		}
		return NewList(v, int64(left)), nil
	})
	for _, name := range []string{"fork", "dup2", "dup", "pipe", "setsid", "sigprocmask", "sigaction", "pause", "tmpnam"} {
		def(name, func(*Call) Value { throw(unsupported("POSIX::%s", name)); return nil })
	}
	in.exporting("POSIX", append(names, "DBL_MAX", "DBL_EPSILON", "ULONG_MAX"), optional)
	in.tag("POSIX", "sys_wait_h", append(waitConstants.names(), "WIFEXITED", "WEXITSTATUS", "WIFSIGNALED", "WTERMSIG"))
	in.tag("POSIX", "signal_h", signalConstants.names())
	in.tag("POSIX", "errno_h", append(errnoConstants.names(), "errno"))
	in.tag("POSIX", "fcntl_h", append(fcntlConstants.names(), seekConstants.names()...))
	in.tag("POSIX", "limits_h", limitConstants.names())
	in.tag("POSIX", "math_h", []string{"floor", "ceil", "fmod", "pow", "tan", "fabs"})
}

// strtol returns the number that s begins with, and how many bytes are left.
func strtol(s string, base Value) (v Value, left int) {
	n := 10
	if base != nil {
		n = toIndex(base)
	}
	s = strings.TrimLeft(s, " \t\n")
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if l := strings.ToLower(s); n == 16 || n == 0 {
		if strings.HasPrefix(l, "0x") {
			n, s = 16, s[2:]
		} else if n == 0 && strings.HasPrefix(l, "0") {
			n = 8
		} else if n == 0 {
			n = 10
		}
	}
	end := 0
	for end < len(s) {
		if _, err := strconv.ParseUint(s[end:end+1], n, 64); err != nil {
			break
		}
		end++
	}
	number, _ := strconv.ParseInt(sign+s[:end], n, 64)
	return number, len(s) - end
}

// mktimeArgs is the time of the fields second, minute, hour, day, month, year.
func (in *Interp) mktimeArgs(args List) time.Time {
	n := func(i int) int {
		if i < len(args) {
			return toIndex(args[i].Get())
		}
		return 0
	}
	return time.Date(n(5)+1900, time.Month(n(4)+1), n(3), n(2), n(1), n(0), 0, in.location())
}

// strftime formats a time as C's function of that name does in the C locale.
func strftime(format string, t time.Time) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch c := format[i]; c {
		case 'a', 'A', 'b', 'B', 'h', 'p', 'Z', 'z', 'y', 'Y', 'm', 'd', 'H', 'I', 'M', 'S', 'T', 'F', 'D', 'R', 'c', 'x', 'X', 'r':
			b.WriteString(t.Format(strftimeLayouts[c]))
		case 'C':
			fmt.Fprintf(&b, "%02d", t.Year()/100)
		case 'e':
			fmt.Fprintf(&b, "%2d", t.Day())
		case 'j':
			fmt.Fprintf(&b, "%03d", t.YearDay())
		case 'k':
			fmt.Fprintf(&b, "%2d", t.Hour())
		case 'l':
			fmt.Fprintf(&b, "%2d", (t.Hour()+11)%12+1)
		case 's':
			fmt.Fprintf(&b, "%d", t.Unix())
		case 'u':
			fmt.Fprintf(&b, "%d", (int(t.Weekday())+6)%7+1)
		case 'w':
			fmt.Fprintf(&b, "%d", int(t.Weekday()))
		case 'V', 'G':
			year, week := t.ISOWeek()
			if c == 'G' {
				fmt.Fprintf(&b, "%d", year)
			} else {
				fmt.Fprintf(&b, "%02d", week)
			}
		case 'U':
			fmt.Fprintf(&b, "%02d", (t.YearDay()+6-int(t.Weekday()))/7)
		case 'W':
			fmt.Fprintf(&b, "%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7)
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case '%':
			b.WriteByte('%')
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}

var strftimeLayouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'p': "PM", 'Z': "MST", 'z': "-0700", 'y': "06",
	'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'T': "15:04:05", 'F': "2006-01-02",
	'D': "01/02/06", 'R': "15:04", 'c': "Mon Jan _2 15:04:05 2006", 'x': "01/02/06", 'X': "15:04:05", 'r': "03:04:05 PM",
}
