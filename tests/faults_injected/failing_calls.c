// Preloaded into a program, makes one of its system calls that write go wrong: the n-th of a kind,
// on files under a folder. Says in a log what it did, and what the program had made durable.
//   FAULT_UNDER  the folder
//   FAULT_LOG    a file elsewhere: "fault CALL PATH", "synced PATH SIZE", a line each
//   FAULT_CALL   open write fsync rename link truncate unlink, or any; none: only the log
//   FAULT_NTH    from 1
//   FAULT_KIND   an errno's number; short: half of it is written; kill, torn: SIGKILL before it, or
//                when half is written; stop: SIGTERM before it; wait: until there is FAULT_LOG.go
//   FAULT_STAYS  1: every one from the n-th on
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum act { kPass, kFail, kHalf, kHalfAndDie };

static atomic_long calls;

static const char* setting(const char* name) {
  const char* value = getenv(name);
  return value != NULL ? value : "";
}

static int is_under(const char* path) {
  char whole[PATH_MAX] = "";
  const char* folder = setting("FAULT_UNDER");
  if (path[0] != '/') {
    if (getcwd(whole, sizeof whole) == NULL) return 0;
    strncat(whole, "/", sizeof whole - strlen(whole) - 1);
  }
  strncat(whole, path, sizeof whole - strlen(whole) - 1);
  return folder[0] != '\0' && strncmp(whole, folder, strlen(folder)) == 0;
}

static void path_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, PATH_MAX - 1);
  path[size > 0 ? size : 0] = '\0';
}

static void log_line(const char* what, const char* path, const char* more) {
  char line[PATH_MAX + 200];
  const int size = snprintf(line, sizeof line, "%s %s %s\n", what, path, more);
  const long fd = syscall(SYS_openat, AT_FDCWD, setting("FAULT_LOG"),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) return;
  (void)syscall(SYS_write, fd, line, size);
  (void)syscall(SYS_close, fd);
}

// What is to happen to this call; errno is set for kFail.
static enum act judge(const char* call, const char* path) {
  const char* wanted = setting("FAULT_CALL");
  if (!is_under(path) || (strcmp(wanted, call) != 0 && strcmp(wanted, "any") != 0)) return kPass;
  const long n = atomic_fetch_add(&calls, 1) + 1;
  const long nth = atol(setting("FAULT_NTH"));
  if (n < nth || (n > nth && strcmp(setting("FAULT_STAYS"), "1") != 0)) return kPass;
  const char* kind = setting("FAULT_KIND");
  log_line("fault", path, call);
  const int writes = strcmp(call, "write") == 0;
  if (strcmp(kind, "short") == 0) return writes ? kHalf : kPass;
  if (strcmp(kind, "torn") == 0 && writes) return kHalfAndDie;
  if (strcmp(kind, "torn") == 0 || strcmp(kind, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(kind, "stop") == 0) kill(getpid(), SIGTERM);
  if (strcmp(kind, "wait") == 0) {
    char go[PATH_MAX];
    snprintf(go, sizeof go, "%s.go", setting("FAULT_LOG"));
    while (access(go, F_OK) != 0) usleep(1000);
  }
  const int error = atoi(kind);
  if (error == 0) return kPass;
  errno = error;
  return kFail;
}

static enum act judge_fd(const char* call, int fd) {
  char path[PATH_MAX];
  const int before = errno;
  path_of(fd, path);
  errno = before;
  return path[0] == '/' ? judge(call, path) : kPass;  // else a pipe or the like
}

static size_t cut(enum act act, size_t size) { return act >= kHalf && size > 1 ? size / 2 : size; }

static ssize_t done(enum act act, ssize_t result) {
  if (act == kHalfAndDie) kill(getpid(), SIGKILL);
  return result;
}

ssize_t write(int fd, const void* data, size_t size) {
  const enum act act = judge_fd("write", fd);
  return act == kFail ? -1 : done(act, REAL(write)(fd, data, cut(act, size)));
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  const enum act act = judge_fd("write", fd);
  return act == kFail ? -1 : done(act, REAL(pwrite)(fd, data, cut(act, size), at));
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  const enum act act = judge_fd("write", fd);
  return act == kFail ? -1 : done(act, REAL(pwrite64)(fd, data, cut(act, size), at));
}

static int is_written(int flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0; }

#define OPEN(name)                                                         \
  int name(const char* path, int flags, ...) {                             \
    va_list list;                                                          \
    va_start(list, flags);                                                 \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0; \
    va_end(list);                                                          \
    if (is_written(flags) && judge("open", path) == kFail) return -1;      \
    return REAL(name)(path, flags, mode);                                  \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                       \
  int name(int folder, const char* path, int flags, ...) {                 \
    va_list list;                                                          \
    va_start(list, flags);                                                 \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0; \
    va_end(list);                                                          \
    if (is_written(flags) && judge("open", path) == kFail) return -1;      \
    return REAL(name)(folder, path, flags, mode);                          \
  }
OPENAT(openat)
OPENAT(openat64)

int fsync(int fd) {
  if (judge_fd("fsync", fd) == kFail) return -1;
  const int result = REAL(fsync)(fd);
  const int error = errno;
  char path[PATH_MAX], size[32];
  struct stat info;
  path_of(fd, path);
  if (result == 0 && is_under(path) && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    snprintf(size, sizeof size, "%lld", (long long)info.st_size);
    log_line("synced", path, size);
  }
  errno = error;
  return result;
}

int rename(const char* from, const char* to) {
  return judge("rename", to) == kFail ? -1 : REAL(rename)(from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return judge("rename", to) == kFail ? -1 : REAL(renameat)(from_folder, from, to_folder, to);
}

int link(const char* from, const char* to) {
  return judge("link", to) == kFail ? -1 : REAL(link)(from, to);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  return judge("link", to) == kFail ? -1 : REAL(linkat)(from_folder, from, to_folder, to, flags);
}

int ftruncate(int fd, off_t size) {
  return judge_fd("truncate", fd) == kFail ? -1 : REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  return judge_fd("truncate", fd) == kFail ? -1 : REAL(ftruncate64)(fd, size);
}

int unlink(const char* path) { return judge("unlink", path) == kFail ? -1 : REAL(unlink)(path); }

int unlinkat(int folder, const char* path, int flags) {
  return judge("unlink", path) == kFail ? -1 : REAL(unlinkat)(folder, path, flags);
}

// The C library's own remove() does not come by unlink() above.
int remove(const char* path) { return judge("unlink", path) == kFail ? -1 : REAL(remove)(path); }
