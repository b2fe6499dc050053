//go:build !amd64

package nginx

import "golang.org/x/sys/unix"

const (
	sysSigsuspend = unix.SYS_RT_SIGSUSPEND
	sysEpollWait  = unix.SYS_EPOLL_PWAIT // newer architectures have this one alone
	sysEpollPwait = unix.SYS_EPOLL_PWAIT
)
