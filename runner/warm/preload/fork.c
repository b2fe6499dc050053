/*
 * Preloaded into an nginx that runs under Valgrind. Where the first argument is TOKEN, main() is not called at once: this
 * library takes orders on a socket, whose descriptor is the second argument. The first order is a whole life of nginx, from
 * main() to exit(), to warm up: Valgrind then has translated the code, read the symbols, and libraries are initialised. When
 * it is over the variables of nginx and of its modules get the values that they had before it. Each further order forks a
 * process, which goes through main() with the arguments and the environment of the order.
 *
 * An order is a header, then strings that end in NUL: arguments, environment, modules, the working directory. With the header
 * comes a descriptor, the new process's standard error. The answer is a line: "warm STATUS", "pid PID" or "error REASON".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __has_include
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif

#define TOKEN "ngxtest-warm"

extern char **environ;

typedef int (*main_function)(int, char **, char **);
typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static main_function program;
static int control;

/* Nothing here is allocated with malloc: what this library has is no memory of nginx's, and Memcheck has no record of it. It
 * looks for pointers there all the same. */
static void *pages(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Whoever gave the orders is gone, or lost. */
static void give_up(const char *what, ssize_t n)
{
    dprintf(2, "no %s: %ld, %s\n", what, (long) n, n < 0 ? strerror(errno) : "");
    for (;;)
        kill(getpid(), SIGKILL);
}

static void answer(const char *format, ...)
{
    char line[512];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(line, sizeof line - 1, format, list);
    va_end(list);
    if (n > (int) sizeof line - 2)
        n = sizeof line - 2;
    for (int i = 0; i < n; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    line[n++] = '\n';
    ssize_t sent = send(control, line, n, MSG_NOSIGNAL);
    if (sent != n)
        give_up("answer", sent);
}

/* Orders. */

struct order {
    char *memory; /* the pointers, then the strings: arguments and environment one behind the other, as the kernel has them */
    size_t size;
    int argc, stderr_fd;
    char **argv, **envp, **modules, *dir;
};

struct header {
    uint32_t size, arguments, variables, modules; /* bytes of the strings, and how many there are of each sort */
};

/* vgdb may interrupt a call in a way that shows: as an error that the kernel keeps to itself otherwise. So errors are no end. */
static int failed(ssize_t n, int *errors)
{
    return n < 0 && ++*errors < 1000;
}

static int receive_header(struct header *h)
{
    char room[CMSG_SPACE(sizeof(int))];
    struct iovec part;
    struct msghdr m;
    ssize_t n;
    int fd = -1, errors = 0;
    do {
        memset(room, 0, sizeof room);
        part = (struct iovec) { h, sizeof *h };
        m = (struct msghdr) { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room };
        n = recvmsg(control, &m, MSG_WAITALL);
    } while (failed(n, &errors));
    if (n != sizeof *h)
        give_up("order", n);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

static char **pointers(char ***next, char **text, uint32_t n)
{
    char **first = *next;
    for (uint32_t i = 0; i < n; i++) {
        *(*next)++ = *text;
        *text += strlen(*text) + 1;
    }
    *(*next)++ = NULL;
    return first;
}

static void receive(struct order *o)
{
    struct header h;
    o->stderr_fd = receive_header(&h);
    size_t table = (h.arguments + h.variables + h.modules + 3) * sizeof(char *);
    o->size = table + h.size + 1;
    o->memory = pages(o->size);
    if (!o->memory)
        give_up("memory", 0);
    char *text = o->memory + table, **next = (char **) o->memory;
    int errors = 0;
    for (size_t got = 0; got < h.size;) {
        ssize_t n = recv(control, text + got, h.size - got, 0);
        if (n > 0)
            got += n;
        else if (!failed(n, &errors))
            give_up("order's text", n);
    }
    o->argc = h.arguments;
    o->argv = pointers(&next, &text, h.arguments);
    o->envp = pointers(&next, &text, h.variables);
    o->modules = pointers(&next, &text, h.modules);
    o->dir = text;
}

/* The variables of nginx and its modules. */

static struct segment {
    char *at, *before, *after;
    size_t size;
} segments[256];
static int segment_count;

static ElfW(Addr) loaded[128];
static int loaded_count;

static int note(struct dl_phdr_info *info, size_t size, void *first)
{
    int ours = *(int *) first;
    *(int *) first = 0;
    for (int i = 0; i < loaded_count; i++)
        ours = ours || loaded[i] == info->dlpi_addr;
    if (!ours)
        return 0;
    uintptr_t page = sysconf(_SC_PAGESIZE), readonly = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_GNU_RELRO)
            readonly = (info->dlpi_addr + p->p_vaddr + p->p_memsz) & ~(page - 1);
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t at = info->dlpi_addr + p->p_vaddr, end = at + p->p_memsz;
        if (p->p_type != PT_LOAD || !(p->p_flags & PF_W))
            continue;
        if (at < readonly && readonly <= end)
            at = readonly;
        at = (at + 7) & ~(uintptr_t) 7;
        if (at >= end)
            continue;
        if (segment_count == sizeof segments / sizeof *segments)
            return 1;
        struct segment *s = &segments[segment_count++];
        s->at = (char *) at;
        s->size = end - at;
        s->before = pages(s->size);
        s->after = pages(s->size);
        if (!s->before || !s->after)
            return 1;
        memcpy(s->before, s->at, s->size);
    }
    return 0;
}

/* Variables of the C library that a program may have a copy of among its own: they are not nginx's. */
static struct {
    const char *name;
    size_t size;
    char now[16];
} shared[] = {
    { "stdin", sizeof(char *) }, { "stdout", sizeof(char *) }, { "stderr", sizeof(char *) },
    { "timezone", sizeof(long) }, { "__timezone", sizeof(long) }, { "daylight", sizeof(int) }, { "__daylight", sizeof(int) },
    { "tzname", 2 * sizeof(char *) }, { "__tzname", 2 * sizeof(char *) }, { "optind", sizeof(int) }, { "optarg", sizeof(char *) },
    { "program_invocation_name", sizeof(char *) }, { "program_invocation_short_name", sizeof(char *) },
};

/* What the warm-up leaves is still in use: each variable's last value is kept where Memcheck sees it. A pointer to what has
 * been freed is not, for the memory may become somebody else's. */
static void restore(void)
{
    size_t n = sizeof shared / sizeof *shared;
    for (size_t i = 0; i < n; i++) {
        void *at = dlsym(RTLD_DEFAULT, shared[i].name);
        if (at)
            memcpy(shared[i].now, at, shared[i].size);
    }
    for (int i = 0; i < segment_count; i++) {
        struct segment *s = &segments[i];
        memcpy(s->after, s->at, s->size);
        memcpy(s->at, s->before, s->size);
        munmap(s->before, s->size);
#ifdef VALGRIND_GET_VBITS
        uintptr_t *word = (uintptr_t *) s->after;
        (void) VALGRIND_MAKE_MEM_DEFINED(word, s->size);
        for (size_t k = 0; k < s->size / sizeof *word; k++) {
            unsigned char bits;
            if (word[k] && (word[k] < 4096 || VALGRIND_GET_VBITS((void *) word[k], &bits, 1) == 3))
                word[k] = 0;
        }
#endif
    }
    for (size_t i = 0; i < n; i++) {
        void *at = dlsym(RTLD_DEFAULT, shared[i].name);
        if (at)
            memcpy(at, shared[i].now, shared[i].size);
    }
}

/* The warm-up. */

static sigjmp_buf back;
static volatile int warming, warm_status;

/* nginx ends in exit(): in the warm-up that is a return. */
void exit(int status)
{
    if (warming) {
        warm_status = status;
        siglongjmp(back, 1);
    }
    void (*leave)(int) = (void (*)(int)) dlsym(RTLD_NEXT, "exit");
    leave(status);
    __builtin_unreachable();
}

enum { most_signals = 32, most_files = 256 };

static struct sigaction handlers[most_signals];

static void reset_signals(void)
{
    for (int i = 1; i < most_signals; i++)
        if (i != SIGKILL && i != SIGSTOP)
            sigaction(i, &handlers[i], NULL);
}

static void warm_up(void)
{
    static struct order o; /* stays: there may be pointers to its strings */
    char open_before[most_files];
    int first = 1;
    receive(&o);
    for (char **m = o.modules; *m; m++) {
        void *module = dlopen(*m, RTLD_NOW | RTLD_GLOBAL);
        struct link_map *map = NULL;
        if (!module || dlinfo(module, RTLD_DI_LINKMAP, &map) || loaded_count == sizeof loaded / sizeof *loaded) {
            const char *why = dlerror();
            answer("error %s cannot be loaded: %s", *m, why ? why : "too many modules");
            return;
        }
        loaded[loaded_count++] = map->l_addr;
    }
    if (dl_iterate_phdr(note, &first)) {
        answer("error there is no memory for a copy of nginx's variables");
        return;
    }
    for (int i = 1; i < most_signals; i++)
        sigaction(i, NULL, &handlers[i]);
    for (int fd = 0; fd < most_files; fd++)
        open_before[fd] = fcntl(fd, F_GETFD) >= 0;
    environ = o.envp;
    if (sigsetjmp(back, 1) == 0) {
        warming = 1;
        warm_status = program(o.argc, o.argv, o.envp);
    }
    warming = 0;
    signal(SIGQUIT, SIG_IGN); /* it is sent until the answer is there */
    restore();
    for (int fd = 0; fd < most_files; fd++)
        if (!open_before[fd] && fcntl(fd, F_GETFD) >= 0)
            close(fd);
    reset_signals();
    signal(SIGQUIT, SIG_IGN);
    answer("warm %d", warm_status);
}

/* A process in between is killed when it has forked the new one, which so becomes a child of the process that gives the orders.
 * An end of its own would be looked at for leaks. */
static pid_t fork_orphan(void)
{
    int result[2], errors = 0;
    pid_t pid = -1;
    if (pipe(result))
        return -1;
    pid_t between = fork();
    if (between == 0) {
        pid_t p = fork();
        if (p == 0) {
            close(result[0]);
            close(result[1]);
            return 0;
        }
        while (failed(write(result[1], &p, sizeof p), &errors))
            ;
        for (;;)
            pause();
    }
    close(result[1]);
    if (between > 0) {
        ssize_t n;
        do {
            n = read(result[0], &pid, sizeof pid);
        } while (failed(n, &errors));
        if (n != sizeof pid)
            pid = -1;
        kill(between, SIGKILL);
        while (waitpid(between, NULL, 0) < 0 && errno != ECHILD)
            ;
    }
    close(result[0]);
    return pid;
}

static int start(struct order *o)
{
    int null = open("/dev/null", O_RDWR);
    close(control);
    dup2(null, 0);
    dup2(null, 1);
    dup2(o->stderr_fd >= 0 ? o->stderr_fd : null, 2);
    if (null > 2)
        close(null);
    if (o->stderr_fd > 2)
        close(o->stderr_fd);
    setsid();
    reset_signals();
    if (*o->dir && chdir(o->dir))
        _exit(127);
    environ = o->envp;
    return program(o->argc, o->argv, o->envp);
}

/* Valgrind takes a function of this name for what calls main(), and leaves it out of stacks. */
static int generic_start_main(int argc, char **argv, char **envp)
{
    static struct order o; /* of the process: what nginx allocates may be known by its environment alone */
    warm_up();
    for (;;) {
        receive(&o);
        pid_t p = fork_orphan();
        if (p == 0)
            return start(&o);
        if (p < 0)
            answer("error fork: %s", strerror(errno));
        else
            answer("pid %ld", (long) p);
        if (o.stderr_fd >= 0)
            close(o.stderr_fd);
        munmap(o.memory, o.size);
    }
}

int __libc_start_main(main_function main, int argc, char **argv, void (*init)(void), void (*fini)(void), void (*end)(void), void *stack)
{
    start_function next = (start_function) dlsym(RTLD_NEXT, "__libc_start_main");
    if (argc > 2 && strcmp(argv[1], TOKEN) == 0) {
        program = main;
        control = atoi(argv[2]);
        main = generic_start_main;
    }
    return next(main, argc, argv, init, fini, end, stack);
}
