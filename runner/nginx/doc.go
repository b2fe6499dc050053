// Package nginx handles the nginx process: it finds the program and asks what it is (Find, Probe), prepares the
// server root, starts nginx on a configuration, stops it and reads its logs. It knows nothing of test blocks.
//
// # Start
//
// Nginx runs as Test::Nginx runs it, with `daemon on`: the process that is started reads the configuration, binds its
// sockets, forks the daemon and ends. Its exit status says whether nginx accepted the configuration, and once it is 0
// the sockets listen. The daemon then writes its pid file and only after that lets go of standard error, so the end of
// that pipe is the event that Start waits for.
//
// # Stop
//
// The daemon is no child of this process unless it has called BecomeSubreaper. Both ways it is watched through a
// pidfd, which tells the moment it ends and can not be fooled by a pid that is used again. nginx makes the daemon the
// leader of a session and process group of its own, so what it leaves behind (workers of a killed master, commands that
// Lua started) is found under its process group, killed and, by a subreaper, reaped.
//
// # What outlives a SIGKILL of the runner
//
// On any orderly end, errors and signals included, the caller stops its Process and nothing is left. A runner that is
// killed by SIGKILL can do nothing: PR_SET_PDEATHSIG is lost when nginx forks its daemon. Then one nginx a server root
// remains; Servroot.Prepare stops it when the same server root is used again. A runner that is the first process of a
// pid namespace leaves nothing: the kernel ends the namespace with it.
package nginx
