// LD_PRELOAD: a disk that keeps only what was synced.
//
// Below PADDOCK_SHIM_ROOT every file and directory has a durable image in PADDOCK_SHIM_SHADOW:
//   c/<inode>  the content as of the file's last fsync or fdatasync
//   d/<inode>  the entries as of the directory's last fsync: lines of "<f|d> <inode> <name>"
//   k/<inode>  a hard link that keeps the inode's number from being used again
// A "power cut" is kill -9, after which power_cut.py rebuilds the tree from the images, from the root directory
// on: a file whose entry was not synced is gone, one whose content was not synced is empty or old.
// The program runs on the real files meanwhile and sees no difference. No real sync is made: the kernel outlives
// the process.
//
// PADDOCK_SHIM_CONTROL names a file of one byte, read through a mapping at every call:
//   '0' nothing   'F' syncs are forgotten (what a server without fdatasync amounts to)
//   'S' no space: calls that write or reserve get ENOSPC   'E' syncs get EIO
//
// PADDOCK_SHIM_ENTRIES=1 makes a sync of a file also make its name durable, with those of its directories, as ext4
// does for new ones. Apache ZooKeeper relies on that.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kMaxFds = 65536, kMaxRanges = 4096, kWholeFileBytes = 1 << 16 };

struct Range {
  off_t from, to;
};

// What was written to one inode since its last sync.
struct Inode {
  ino_t number;
  off_t cut;  // the smallest size it was truncated to, or -1
  int count;
  struct Range ranges[kMaxRanges];  // when full, the last one grows over everything
  struct Inode* next;
};

static struct Inode* inodes[1024];
static struct Inode* by_fd[kMaxFds];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static char shadow[PATH_MAX / 2];
static const volatile char* control;
static int entries_too;

#define REAL(name) ((__typeof__(&name))real(#name))
static void* real(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    fprintf(stderr, "unsynced_shim: no %s\n", name);
    abort();
  }
  return found;
}

static char mode(void) { return control == NULL ? '0' : *control; }

__attribute__((constructor)) static void start(void) {
  const char* directory = getenv("PADDOCK_SHIM_ROOT");
  const char* images = getenv("PADDOCK_SHIM_SHADOW");
  const char* control_file = getenv("PADDOCK_SHIM_CONTROL");
  if (directory == NULL || images == NULL || realpath(directory, root) == NULL) return;
  snprintf(shadow, sizeof shadow, "%s", images);
  entries_too = getenv("PADDOCK_SHIM_ENTRIES") != NULL;
  if (control_file == NULL) return;
  const int fd = REAL(open)(control_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void* mapped = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) control = mapped;
  REAL(close)(fd);
}

// --- Which files are ours ---

static int below_root(int fd, char* path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0 || root[0] == 0) return 0;
  path[length] = 0;
  const size_t prefix = strlen(root);
  return strncmp(path, root, prefix) == 0 && (path[prefix] == '/' || path[prefix] == 0);
}

static struct Inode* inode_of(ino_t number) {
  struct Inode** slot = &inodes[number % 1024];
  for (struct Inode* one = *slot; one != NULL; one = one->next)
    if (one->number == number) return one;
  struct Inode* fresh = calloc(1, sizeof *fresh);
  fresh->number = number;
  fresh->cut = -1;
  fresh->next = *slot;
  *slot = fresh;
  return fresh;
}

static void image_path(char* out, char kind, ino_t number) {
  snprintf(out, PATH_MAX, "%s/%c/%lu", shadow, kind, (unsigned long)number);
}

static void keep_number(const char* path, ino_t number) {
  char kept[PATH_MAX];
  image_path(kept, 'k', number);
  (void)!link(path, kept);  // EEXIST: kept already
}

static int opened(int fd, int flags) {
  char path[PATH_MAX];
  struct stat status;
  if (fd < 0 || fd >= kMaxFds || !below_root(fd, path) || fstat(fd, &status) != 0) return fd;
  if (!S_ISREG(status.st_mode)) return fd;
  pthread_mutex_lock(&lock);
  struct Inode* inode = inode_of(status.st_ino);
  by_fd[fd] = inode;
  if (flags & O_TRUNC) inode->cut = 0;
  keep_number(path, status.st_ino);
  pthread_mutex_unlock(&lock);
  return fd;
}

static void written(int fd, off_t from, ssize_t count) {
  if (count <= 0 || fd < 0 || fd >= kMaxFds || by_fd[fd] == NULL) return;
  pthread_mutex_lock(&lock);
  struct Inode* inode = by_fd[fd];
  struct Range* last = inode->count > 0 ? &inode->ranges[inode->count - 1] : NULL;
  if (last != NULL && (last->to == from || inode->count == kMaxRanges)) {
    if (from < last->from) last->from = from;
    if (from + count > last->to) last->to = from + count;
  } else {
    inode->ranges[inode->count++] = (struct Range){from, from + count};
  }
  pthread_mutex_unlock(&lock);
}

static int is_ours(int fd) { return fd >= 0 && fd < kMaxFds && by_fd[fd] != NULL; }

// True if the call must fail for want of space.
static int no_space(int fd) {
  if (mode() != 'S' || !is_ours(fd)) return 0;
  errno = ENOSPC;
  return 1;
}

// --- Making images ---

static void copy_range(int from, int to, off_t begin, off_t end) {
  static char buffer[1 << 20];
  while (begin < end) {
    const size_t want = end - begin < (off_t)sizeof buffer ? (size_t)(end - begin) : sizeof buffer;
    const ssize_t got = REAL(pread)(from, buffer, want, begin);
    if (got <= 0 || REAL(pwrite)(to, buffer, got, begin) != got) return;
    begin += got;
  }
}

static void image_file(int fd, const struct stat* status) {
  char image[PATH_MAX], link[64];
  struct Inode* inode = inode_of(status->st_ino);
  image_path(image, 'c', status->st_ino);
  const int to = REAL(open)(image, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  int from = fd;
  if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    from = REAL(open)(link, O_RDONLY | O_CLOEXEC);
  }
  if (inode->cut >= 0) (void)!REAL(ftruncate)(to, inode->cut);
  (void)!REAL(ftruncate)(to, status->st_size);
  if (status->st_size <= kWholeFileBytes) copy_range(from, to, 0, status->st_size);
  for (int i = 0; i < inode->count; ++i) {
    const off_t end = inode->ranges[i].to < status->st_size ? inode->ranges[i].to : status->st_size;
    copy_range(from, to, inode->ranges[i].from, end);
  }
  inode->count = 0;
  inode->cut = -1;
  REAL(close)(to);
  if (from != fd) REAL(close)(from);
}

static void image_directory(const char* path) {
  char image[PATH_MAX], fresh[PATH_MAX + 8];
  struct stat status;
  if (stat(path, &status) != 0) return;
  image_path(image, 'd', status.st_ino);
  snprintf(fresh, sizeof fresh, "%s.new", image);
  DIR* stream = opendir(path);
  FILE* out = fopen(fresh, "w");
  if (stream == NULL || out == NULL) abort();
  for (struct dirent* entry; (entry = readdir(stream)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    fprintf(out, "%c %lu %s\n", entry->d_type == DT_DIR ? 'd' : 'f', (unsigned long)entry->d_ino, entry->d_name);
  }
  fclose(out);
  closedir(stream);
  if (REAL(rename)(fresh, image) != 0) abort();
}

static int synced(int fd, int (*otherwise)(int)) {
  char path[PATH_MAX];
  struct stat status;
  if (!below_root(fd, path) || fstat(fd, &status) != 0) return otherwise(fd);
  if (mode() == 'E') {
    errno = EIO;
    return -1;
  }
  if (mode() == 'F') return 0;
  pthread_mutex_lock(&lock);
  if (S_ISDIR(status.st_mode)) {
    image_directory(path);
  } else {
    image_file(fd, &status);
    while (entries_too && strlen(path) > strlen(root)) {
      *strrchr(path, '/') = 0;
      image_directory(path);
    }
  }
  pthread_mutex_unlock(&lock);
  return 0;
}

// --- The calls ---

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN_BODY(call)                   \
  va_list arguments;                      \
  va_start(arguments, flags);             \
  const mode_t bits = mode_of(flags, arguments); \
  va_end(arguments);                      \
  return opened(call, flags)

int open(const char* path, int flags, ...) { OPEN_BODY(REAL(open)(path, flags, bits)); }
int open64(const char* path, int flags, ...) { OPEN_BODY(REAL(open64)(path, flags, bits)); }
int openat(int at, const char* path, int flags, ...) { OPEN_BODY(REAL(openat)(at, path, flags, bits)); }
int openat64(int at, const char* path, int flags, ...) { OPEN_BODY(REAL(openat64)(at, path, flags, bits)); }
int creat(const char* path, mode_t bits) { return opened(REAL(creat)(path, bits), O_TRUNC); }

int close(int fd) {
  if (fd >= 0 && fd < kMaxFds) by_fd[fd] = NULL;
  return REAL(close)(fd);
}

ssize_t write(int fd, const void* data, size_t count) {
  if (no_space(fd)) return -1;
  const ssize_t done = REAL(write)(fd, data, count);
  if (is_ours(fd) && done > 0) written(fd, lseek(fd, 0, SEEK_CUR) - done, done);
  return done;
}

ssize_t writev(int fd, const struct iovec* pieces, int count) {
  if (no_space(fd)) return -1;
  const ssize_t done = REAL(writev)(fd, pieces, count);
  if (is_ours(fd) && done > 0) written(fd, lseek(fd, 0, SEEK_CUR) - done, done);
  return done;
}

#define AT_BODY(call)            \
  if (no_space(fd)) return -1;   \
  const ssize_t done = call;     \
  written(fd, at, done);         \
  return done

ssize_t pwrite(int fd, const void* data, size_t count, off_t at) { AT_BODY(REAL(pwrite)(fd, data, count, at)); }
ssize_t pwrite64(int fd, const void* data, size_t count, off64_t at) {
  AT_BODY(REAL(pwrite64)(fd, data, count, at));
}
ssize_t pwritev(int fd, const struct iovec* pieces, int count, off_t at) {
  AT_BODY(REAL(pwritev)(fd, pieces, count, at));
}
ssize_t pwritev64(int fd, const struct iovec* pieces, int count, off64_t at) {
  AT_BODY(REAL(pwritev64)(fd, pieces, count, at));
}

static int cut(int fd, off_t size, int result) {
  if (result != 0 || !is_ours(fd)) return result;
  pthread_mutex_lock(&lock);
  struct Inode* inode = by_fd[fd];
  if (inode->cut < 0 || size < inode->cut) inode->cut = size;
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate(int fd, off_t size) { return cut(fd, size, REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { return cut(fd, size, REAL(ftruncate64)(fd, size)); }

int fallocate(int fd, int how, off_t from, off_t size) {
  return no_space(fd) ? -1 : REAL(fallocate)(fd, how, from, size);
}
int fallocate64(int fd, int how, off64_t from, off64_t size) {
  return no_space(fd) ? -1 : REAL(fallocate64)(fd, how, from, size);
}
int posix_fallocate(int fd, off_t from, off_t size) {
  return no_space(fd) ? ENOSPC : REAL(posix_fallocate)(fd, from, size);
}
int posix_fallocate64(int fd, off64_t from, off64_t size) {
  return no_space(fd) ? ENOSPC : REAL(posix_fallocate64)(fd, from, size);
}

// A new directory may get the number of a removed one; it has no entries yet.
int mkdir(const char* path, mode_t bits) {
  struct stat status;
  char image[PATH_MAX];
  const int result = REAL(mkdir)(path, bits);
  if (result == 0 && root[0] != 0 && stat(path, &status) == 0) {
    image_path(image, 'd', status.st_ino);
    (void)unlink(image);
  }
  return result;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

// Writes that these calls would hide from the image. The store has none; one that appears must be noticed.
void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t from) {
  if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && is_ours(fd)) {
    fprintf(stderr, "unsynced_shim: a shared writable mapping below %s\n", root);
    abort();
  }
  return REAL(mmap)(at, size, protection, flags, fd, from);
}
