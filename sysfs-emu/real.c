/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Read-only access below two directories, and the table of what the kernel knows of them. A file is
 * known by root, path and inode: a sysfs link that leads elsewhere has another inode, so it becomes
 * another file, and its cached text is never wrong for long.
 */
#include "sysfs-emu/real.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "sysfs-emu/ref.h"

struct node {
	struct node *next_by_id, *next_by_path; /* in their buckets */
	uint64_t id;
	uint64_t lookups; /* how many the kernel holds */
	uint64_t hash;
	uint64_t ino;
	enum real_root root;
	char path[];
};

struct real {
	int fds[REAL_NR_ROOTS];
	dev_t devs[REAL_NR_ROOTS]; /* the filesystem each is on */
	pthread_mutex_t lock;	   /* of all below */
	struct node **by_id, **by_path;
	size_t nr_buckets; /* a power of two */
	size_t nr;
	uint64_t next_id;
};

#define FIRST_BUCKETS 1024

static dev_t device_of(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_dev : 0;
}

int real_new(struct real **out, const int fds[REAL_NR_ROOTS])
{
	struct real *real = calloc(1, sizeof(*real));

	if (!real)
		return -ENOMEM;
	memcpy(real->fds, fds, sizeof(real->fds));
	for (int root = 0; root < REAL_NR_ROOTS; root++)
		real->devs[root] = device_of(fds[root]);
	pthread_mutex_init(&real->lock, NULL);
	real->nr_buckets = FIRST_BUCKETS;
	real->next_id = 2; /* 1 is the root of the mount */
	real->by_id = calloc(FIRST_BUCKETS, sizeof(struct node *));
	real->by_path = calloc(FIRST_BUCKETS, sizeof(struct node *));
	if (!real->by_id || !real->by_path) {
		real_free(real);
		return -ENOMEM;
	}
	*out = real;
	return 0;
}

void real_free(struct real *real)
{
	for (size_t i = 0; real->by_id && i < real->nr_buckets; i++) {
		for (struct node *node = real->by_id[i], *next; node; node = next) {
			next = node->next_by_id;
			free(node);
		}
	}
	free(real->by_id);
	free(real->by_path);
	pthread_mutex_destroy(&real->lock);
	free(real);
}

/* --- the table: all with the lock held ---------------------------------------------------- */

/* FNV-1a. */
static uint64_t hash_path(enum real_root root, const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) + root;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

static struct node **id_bucket(struct real *real, uint64_t id)
{
	return &real->by_id[id & (real->nr_buckets - 1)];
}

static struct node **path_bucket(struct real *real, uint64_t hash)
{
	return &real->by_path[hash & (real->nr_buckets - 1)];
}

static struct node *find_id(struct real *real, uint64_t id)
{
	struct node *node = *id_bucket(real, id);

	while (node && node->id != id)
		node = node->next_by_id;
	return node;
}

static struct node *find_path(struct real *real, enum real_root root, const char *path,
			      uint64_t ino)
{
	uint64_t hash = hash_path(root, path);

	for (struct node *n = *path_bucket(real, hash); n; n = n->next_by_path) {
		if (n->hash == hash && n->root == root && n->ino == ino &&
		    strcmp(n->path, path) == 0)
			return n;
	}
	return NULL;
}

static void insert(struct real *real, struct node *node)
{
	struct node **id = id_bucket(real, node->id);
	struct node **path = path_bucket(real, node->hash);

	node->next_by_id = *id;
	*id = node;
	node->next_by_path = *path;
	*path = node;
}

/* Doubles the table when it is full; without memory it only gets slower. */
static void grow(struct real *real)
{
	struct node **old = real->by_id;
	size_t nr_old = real->nr_buckets;
	struct node **by_id, **by_path;

	if (real->nr < nr_old)
		return;
	by_id = calloc(nr_old * 2, sizeof(struct node *));
	by_path = calloc(nr_old * 2, sizeof(struct node *));
	if (!by_id || !by_path) {
		free(by_id);
		free(by_path);
		return;
	}
	free(real->by_path);
	real->by_id = by_id;
	real->by_path = by_path;
	real->nr_buckets = nr_old * 2;
	for (size_t i = 0; i < nr_old; i++) {
		for (struct node *node = old[i], *next; node; node = next) {
			next = node->next_by_id;
			insert(real, node);
		}
	}
	free(old);
}

static void unlink_node(struct real *real, struct node *node)
{
	struct node **p = id_bucket(real, node->id);

	while (*p != node)
		p = &(*p)->next_by_id;
	*p = node->next_by_id;
	p = path_bucket(real, node->hash);
	while (*p != node)
		p = &(*p)->next_by_path;
	*p = node->next_by_path;
	real->nr--;
}

static struct node *add(struct real *real, enum real_root root, const char *path, uint64_t ino)
{
	size_t len = strlen(path);
	struct node *node = malloc(sizeof(*node) + len + 1);

	if (!node)
		return NULL;
	*node = (struct node){
		.id = real->next_id++, .hash = hash_path(root, path), .ino = ino, .root = root
	};
	memcpy(node->path, path, len + 1);
	grow(real);
	insert(real, node);
	real->nr++;
	return node;
}

/* --- files -------------------------------------------------------------------------------- */

/* Beneath the root and through no symbolic link; an older kernel or filter forbids openat2. */
static int open_beneath(const struct real *real, enum real_root root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int at = real->fds[root];
	int fd;

	if (at < 0)
		return -ENOENT;
	if (!*path)
		path = ".";
	/* The last name may be a link: then O_PATH | O_NOFOLLOW opens the link itself. */
	fd = (int)syscall(SYS_openat2, at, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(at, path, (int)how.flags);
	return fd < 0 ? -errno : fd;
}

/*
 * Inode numbers must not look like those of device files; nor, since it all is one filesystem here,
 * like one another: what is mounted below the root (cgroups, debugfs) numbers its own files.
 */
static uint64_t plain_ino(const struct real *real, enum real_root root, dev_t dev, uint64_t ino)
{
	if (dev != real->devs[root])
		ino += (uint64_t)dev << 40;
	if (!(ino & SYSFS_REF_EMULATED) && !daxemu_ino_kind(ino))
		return ino;
	return (ino & ~SYSFS_REF_EMULATED) | UINT64_C(1) << 62;
}

int real_stat(const struct real *real, enum real_root root, const char *path, struct stat *st)
{
	_cleanup_fd_ int fd = open_beneath(real, root, path, O_PATH);

	if (fd < 0)
		return fd;
	if (fstatat(fd, "", st, AT_EMPTY_PATH) < 0)
		return -errno;
	st->st_ino = plain_ino(real, root, st->st_dev, st->st_ino);
	return 0;
}

int real_readlink(const struct real *real, enum real_root root, const char *path,
		  struct strbuf *out)
{
	_cleanup_fd_ int fd = open_beneath(real, root, path, O_PATH);
	char text[PATH_MAX];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = readlinkat(fd, "", text, sizeof(text) - 1);
	if (n < 0)
		return -errno;
	return strbuf_printf(out, "%.*s", (int)n, text);
}

int real_open(const struct real *real, enum real_root root, const char *path, int flags)
{
	_cleanup_fd_ int fd = open_beneath(real, root, path, O_RDONLY | O_NONBLOCK | flags);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EACCES;
	return steal_fd(&fd);
}

static int join(struct strbuf *out, const char *dir, const char *name)
{
	return strbuf_printf(out, "%s%s%s", dir, *dir ? "/" : "", name);
}

int real_lookup(struct real *real, enum real_root root, const char *dir, const char *name,
		struct stat *st, uint64_t *id)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	struct node *node;
	int r = join(&path, dir, name);

	if (r == 0)
		r = real_stat(real, root, path.text, st);
	if (r < 0)
		return r;
	pthread_mutex_lock(&real->lock);
	node = find_path(real, root, path.text, st->st_ino);
	if (!node)
		node = add(real, root, path.text, st->st_ino);
	if (node) {
		node->lookups++;
		*id = node->id;
	}
	pthread_mutex_unlock(&real->lock);
	return node ? 0 : -ENOMEM;
}

void real_forget(struct real *real, uint64_t id, uint64_t count)
{
	struct node *node;

	pthread_mutex_lock(&real->lock);
	node = find_id(real, id);
	if (node) {
		node->lookups -= min_u64(count, node->lookups);
		if (!node->lookups) {
			unlink_node(real, node);
			free(node);
		}
	}
	pthread_mutex_unlock(&real->lock);
}

int real_path(struct real *real, uint64_t id, enum real_root *root, struct strbuf *path)
{
	struct node *node;
	int r = -ENOENT;

	pthread_mutex_lock(&real->lock);
	node = find_id(real, id);
	if (node) {
		*root = node->root;
		r = strbuf_printf(path, "%s", node->path);
	}
	pthread_mutex_unlock(&real->lock);
	return r;
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int real_list(const struct real *real, enum real_root root, const char *path,
	      int (*emit)(void *user, const char *name, uint64_t ino, unsigned char type),
	      void *user)
{
	int fd = real_open(real, root, path, O_DIRECTORY);
	struct dirent *entry;
	dev_t dev;
	DIR *dir;
	int r = 0;

	if (fd < 0)
		return fd;
	dev = device_of(fd);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (r >= 0 && (entry = readdir(dir))) {
		if (!is_dot(entry->d_name))
			r = emit(user, entry->d_name, plain_ino(real, root, dev, entry->d_ino),
				 entry->d_type);
	}
	closedir(dir);
	return r < 0 ? r : 0;
}

size_t real_count(struct real *real)
{
	size_t nr;

	pthread_mutex_lock(&real->lock);
	nr = real->nr;
	pthread_mutex_unlock(&real->lock);
	return nr;
}
