// Package warm starts nginx under Valgrind in a fraction of the time that a start takes.
//
// Nearly all of that time goes into what is the same for every block of a test file: Valgrind reads the symbols of nginx, its
// modules and libraries, and translates their code, most of it at its first use. So one nginx goes through a whole life first,
// with a configuration and requests of this package's own, and does not end: a small library that is preloaded into it brings
// its variables back to what they were before main(), and forks a process for each block. That process goes through main() with
// the block's own arguments, environment, directory and standard error. What Valgrind has translated it has, too.
//
// # What stays the same
//
// A warm-up leaves nothing that a block's findings could show. Its own memory counts as in use, whoever asks; a warm-up in which
// Valgrind has found an error or a loss is no use, and Start says so. Everything that a forked process writes, its pipes for vgdb
// and its XML are as if Valgrind had been started for it.
//
// The library is C. It is compiled at the first use, by the C compiler of the machine, and kept in the user's cache directory.
// Where that cannot be had, nginx is started as ever.
package warm
