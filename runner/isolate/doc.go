// Package isolate starts lanes: processes of this program that have a network, a view of the file system and a set of
// processes of their own, so that what one of them does nobody else sees. It knows nothing of tests.
//
// A lane is this program started once more, with a first argument that Called recognises. It gets, as far as the kernel
// allows it,
//
//   - a network namespace with nothing but a loopback interface: all ports are free, and those of the host out of reach;
//   - a mount namespace, in which a directory of its own can lie over a path that others use too;
//   - a pid namespace: when its first process ends, however that comes, the kernel ends all that was started in it.
//
// An ordinary user gets these inside a user namespace, in which nobody is anybody else than before.
//
// Both ends talk over two pipes. The end of the one that a lane reads is the end of whoever started it: the lane then
// kills what runs in it and removes what it made, so that a SIGKILL of the parent leaves nothing either.
package isolate
