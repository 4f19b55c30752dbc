/* A process that is killed at its n-th step on files: LD_PRELOAD this, name a word of its command line in
   KILLED and n in KILL_AT. Of what it was about to write half is written. Steps: making, writing,
   flushing, renaming, removing and locking a file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_meant(void)
{
    static int known = -1;
    if (known < 0) {
        char line[4096] = "";
        const char *word = getenv("KILLED");
        FILE *file = fopen("/proc/self/cmdline", "r");
        size_t size = file ? fread(line, 1, sizeof line - 1, file) : 0;
        if (file)
            fclose(file);
        known = word && memmem(line, size, word, strlen(word)) != NULL;
    }
    return known;
}

static int is_last(void)
{
    static int steps = 0;
    const char *last = getenv("KILL_AT");
    return is_meant() && last && ++steps == atoi(last);
}

static void step(void)
{
    if (is_last())
        kill(getpid(), SIGKILL);
}

#define REAL(name, ...) ((__VA_ARGS__)dlsym(RTLD_NEXT, name))

ssize_t write(int to, const void *data, size_t size)
{
    ssize_t (*real)(int, const void *, size_t) = REAL("write", ssize_t (*)(int, const void *, size_t));
    struct stat about;
    if (to > 2 && !fstat(to, &about) && S_ISREG(about.st_mode) && is_last()) {
        real(to, data, size / 2);
        kill(getpid(), SIGKILL);
    }
    return real(to, data, size);
}

int fsync(int file)
{
    step();
    return REAL("fsync", int (*)(int))(file);
}

int rename(const char *from, const char *to)
{
    step();
    return REAL("rename", int (*)(const char *, const char *))(from, to);
}

int unlink(const char *path)
{
    step();
    return REAL("unlink", int (*)(const char *))(path);
}

int flock(int file, int how)
{
    step();
    return REAL("flock", int (*)(int, int))(file, how);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (flags & O_CREAT)
        step();
    return REAL("open64", int (*)(const char *, int, ...))(path, flags, mode);
}
