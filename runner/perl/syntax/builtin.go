package syntax

import "strings"

// builtin says how the arguments of a function of Perl are read.
type builtin struct {
	args    byte // 'n': none; 'u': one, with the precedence of a named unary operator; 'l': a list
	topic   bool // $_ is assumed when there is no argument
	handles int  // so many arguments from the first on may be file handles written as barewords
}

var builtins = map[string]builtin{}

func init() {
	for _, w := range strings.Fields(`time times wait wantarray fork getppid getlogin endgrent endhostent endnetent
		endprotoent endpwent endservent getgrent gethostent getnetent getprotoent getpwent getservent setgrent setpwent
		__SUB__`) {
		builtins[w] = builtin{args: 'n'}
	}
	for _, w := range strings.Fields(`abs alarm chomp chop chr chroot cos defined eval exp fc hex int lc lcfirst
		length log oct ord pos quotemeta readlink ref require rmdir sin sqrt study uc ucfirst`) {
		builtins[w] = builtin{args: 'u', topic: true}
	}
	for _, w := range strings.Fields(`caller delete do each exists exit getpgrp getprotobyname getprotobynumber gethostbyname
		getnetbyname getpwnam getpwuid getgrnam getgrgid gmtime keys localtime lock pop prototype rand reset scalar shift
		sleep srand umask undef untie tied values chdir sethostent setnetent setprotoent setservent`) {
		builtins[w] = builtin{args: 'u'}
	}
	for _, w := range strings.Fields(`close closedir eof fileno getc getpeername getsockname readdir readline rewinddir tell
		telldir write`) {
		builtins[w] = builtin{args: 'u', handles: 1}
	}
	for _, w := range strings.Fields(`stat lstat`) {
		builtins[w] = builtin{args: 'u', topic: true, handles: 1}
	}
	for _, w := range strings.Fields(`atan2 bless chmod chown crypt dbmclose dbmopen die exec formline index join kill link
		msgctl msgget msgrcv msgsnd push rename reverse rindex semctl semget semop setpgrp setpriority getpriority
		gethostbyaddr getnetbyaddr getservbyname getservbyport shmctl shmget shmread shmwrite splice sprintf substr symlink
		syscall system tie unshift utime vec waitpid warn`) {
		builtins[w] = builtin{args: 'l'}
	}
	for _, w := range strings.Fields(`mkdir pack split unlink unpack`) {
		builtins[w] = builtin{args: 'l', topic: w == "mkdir" || w == "unlink"}
	}
	for _, w := range strings.Fields(`bind binmode connect fcntl flock getsockopt ioctl listen open opendir read recv seek
		seekdir select send setsockopt shutdown socket sysopen sysread sysseek syswrite truncate`) {
		builtins[w] = builtin{args: 'l', handles: 1}
	}
	for _, w := range strings.Fields(`accept pipe socketpair`) {
		builtins[w] = builtin{args: 'l', handles: 2}
	}
}

// syntaxWords are the words with a syntax of their own: no sub is called by them.
var syntaxWords = map[string]bool{
	"my": true, "our": true, "local": true, "state": true, "sub": true, "do": true, "eval": true, "return": true,
	"next": true, "last": true, "redo": true, "goto": true, "print": true, "printf": true, "say": true, "sort": true,
	"map": true, "grep": true, "not": true, "glob": true, "if": true, "unless": true, "while": true, "until": true,
	"for": true, "foreach": true, "else": true, "elsif": true, "package": true, "use": true, "no": true, "require": true,
	"q": true, "qq": true, "qw": true, "qr": true, "qx": true, "m": true, "s": true, "tr": true, "y": true,
	"__FILE__": true, "__LINE__": true, "__PACKAGE__": true, "__END__": true, "__DATA__": true,
}

// knownWord reports whether a word is a function of Perl, has a syntax of its own, or is a sub known so far.
func (p *parser) knownWord(w string) bool {
	if _, ok := builtins[w]; ok || syntaxWords[w] || operatorWords[w] {
		return true
	}
	_, ok := p.sub(w)
	return ok
}

// full returns a name with its package.
func (p *parser) full(name string) string {
	if strings.Contains(name, "::") {
		return name
	}
	return p.pkg + "::" + name
}

// sub looks for a sub that is known so far and returns its prototype.
func (p *parser) sub(name string) (proto string, ok bool) {
	full := p.full(name)
	if proto, ok = p.subs[full]; ok {
		return proto, ok
	}
	if proto, ok = p.subs[name]; ok {
		return proto, ok
	}
	if p.opt.Lookup != nil {
		return p.opt.Lookup(full)
	}
	return "", false
}
