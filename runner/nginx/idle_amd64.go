package nginx

import "golang.org/x/sys/unix"

const (
	sysSigsuspend = unix.SYS_RT_SIGSUSPEND
	sysEpollWait  = unix.SYS_EPOLL_WAIT
	sysEpollPwait = unix.SYS_EPOLL_PWAIT
)
