/* SPDX-License-Identifier: BSD-3-Clause */
/* A model served by a mount of its own, see mounted.h. */
#include "mounted.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

static void write_text(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "%s: %m\n", path);
}

/* Root of our own mounts, by a user namespace if need be. */
static bool enter_namespace(void)
{
	char map[64];
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (unshare(CLONE_NEWNS) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			return false;
		write_text("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		write_text("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		write_text("/proc/self/gid_map", map);
	}
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int mount_fuse(const char *path)
{
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40755,user_id=0,group_id=0,allow_other,default_permissions", fd);
	if (fd >= 0 && mount("daxemu", path, "fuse.daxemu", MS_NOSUID | MS_NODEV, options) < 0)
		close_fdp(&fd);
	return fd;
}

static void make_model(struct mounted *m, int id)
{
	struct dax_model_config config = { .profile = dax_profile_find("6.12"),
					   .memblock_size = 128 * MIB,
					   .online_nodes = 1 };
	struct dax_region_config region = { .kind = DAX_REGION_HMEM,
					    .id = id,
					    .span = { 4 * GIB, 2 * GIB },
					    .align = 2 * MIB,
					    .target_node = 1 };
	struct dax_region *out;

	assert_int_equal(dax_model_new(&m->model, &config), 0);
	assert_int_equal(dax_region_add(m->model, &region, DAX_DEVICE_DAX, &out), 0);
}

struct mounted *mounted_new(const char *sys, int id)
{
	struct mounted *m = calloc(1, sizeof(*m));
	struct fs_config config = { .lock = &m->lock, .device_files = true };

	strcpy(m->path, "/tmp/daxemu-mount.XXXXXX");
	assert_non_null(mkdtemp(m->path));
	config.fuse_fd = mount_fuse(m->path);
	if (config.fuse_fd < 0) {
		rmdir(m->path);
		free(m);
		return NULL;
	}
	pthread_rwlock_init(&m->lock, NULL);
	make_model(m, id);
	config.model = m->model;
	config.real_sys = m->sys = open(sys, O_PATH | O_DIRECTORY | O_CLOEXEC);
	config.real_proc = -1;
	config.real_dev = m->dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(fs_new(&m->fs, &config), 0);
	assert_int_equal(fs_start(m->fs), 0);
	m->root = open(m->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(m->root >= 0);
	return m;
}

void mounted_free(struct mounted *m)
{
	close_fdp(&m->root);
	umount2(m->path, MNT_DETACH);
	if (m->fs)
		fs_free(m->fs);
	dax_model_free(m->model);
	pthread_rwlock_destroy(&m->lock);
	close(m->sys);
	close(m->dev);
	rmdir(m->path);
	free(m);
}

int mounted_set_up(void **state)
{
	*state = mounted_new("/sys", 0);
	return 0;
}

int mounted_tear_down(void **state)
{
	if (*state)
		mounted_free(*state);
	return 0;
}

void mounted_enter(void)
{
	if (enter_namespace())
		return;
	printf("skipped: no mount namespace can be had here\n");
	exit(77);
}

struct mounted *mounted_get(void **state)
{
	if (!*state)
		skip();
	return *state;
}

/* --- what a program does ------------------------------------------------------------------ */

long put(const struct mounted *m, const char *path, const char *text)
{
	_cleanup_fd_ int fd = openat(m->root, path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	return n < 0 ? -errno : n;
}

const char *get_text(const struct mounted *m, const char *path)
{
	static char text[4097];
	_cleanup_fd_ int fd = openat(m->root, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return strerrorname_np(errno);
	text[n] = '\0';
	return text;
}

bool exists(const struct mounted *m, const char *path)
{
	struct stat st;

	return fstatat(m->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool lists(const struct mounted *m, const char *path, const char *name)
{
	int fd = openat(m->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fdopendir(fd);
	bool found = false;
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		found |= strcmp(entry->d_name, name) == 0;
	closedir(dir);
	return found;
}

int result_of(long r)
{
	return r < 0 ? errno : 0;
}
