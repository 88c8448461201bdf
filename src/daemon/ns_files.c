/* SPDX-License-Identifier: BSD-3-Clause */
/* What a daemon serves, see ns_files.h: the FUSE mount, the sockets, the memory file system. */
#include "daemon/ns_files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "base/util.h"
#include "daemon/namespace.h"
#include "daemon/runtime.h"

/* --- the mount ---------------------------------------------------------------------------- */

static int open_fuse(struct refusal *refusal)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == EACCES || errno == EPERM)
		return refuse(refusal,
			      "/dev/fuse cannot be opened by this user (%s): run as root or "
			      "'chmod 666 /dev/fuse'; in a container add --device /dev/fuse",
			      strerror(errno));
	return refuse(refusal,
		      "/dev/fuse cannot be opened (%s): load FUSE with 'modprobe fuse'; in a "
		      "container add --device /dev/fuse",
		      strerror(errno));
}

/* Asks nobody: works while the mount is not served yet. */
static int mount_device(const char *target, dev_t *device)
{
	struct statx stx;

	if (statx(AT_FDCWD, target, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, 0, &stx) < 0)
		return -errno;
	*device = makedev(stx.stx_dev_major, stx.stx_dev_minor);
	return 0;
}

int ns_mount_fuse(const char *target, int *out, dev_t *device, struct refusal *refusal)
{
	_cleanup_fd_ int fd = open_fuse(refusal);
	char options[128];
	int r;

	if (fd < 0)
		return fd;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40755,user_id=%u,group_id=%u,allow_other,default_permissions", fd,
		 geteuid(), getegid());
	if (mount("daxemu", target, "fuse.daxemu", MS_NOSUID | MS_NODEV, options) < 0)
		return refuse(refusal,
			      "FUSE cannot be mounted (%s): run as root, or where user namespaces "
			      "may mount FUSE; in a container add --cap-add SYS_ADMIN",
			      strerror(errno));
	r = mount_device(target, device);
	if (r < 0)
		return refuse(refusal, "%s: %s", target, strerror(-r));
	*out = steal_fd(&fd);
	return 0;
}

/* --- sockets ------------------------------------------------------------------------------ */

/* Through the directory's fd, so that its path may be as long as it likes. */
static int bind_in(int fd, const char *runtime, const char *name)
{
	_cleanup_fd_ int dir = open(runtime, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int r;

	if (dir < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", dir, name);
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	return r;
}

/* Mode 0600. */
static int listen_in(const char *runtime, const char *name, int *out, struct refusal *refusal)
{
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = fd < 0 ? -errno : bind_in(fd, runtime, name);

	if (!r && listen(fd, 128) < 0)
		r = -errno;
	if (r < 0)
		return refuse(refusal, "%s/%s: cannot listen here: %s", runtime, name,
			      strerror(-r));
	*out = steal_fd(&fd);
	return 0;
}

/* --- all of them -------------------------------------------------------------------------- */

/* A tmpfs that nobody else sees. Return: an fd; -1 if the kernel has no such. */
static int make_memfs(void)
{
	_cleanup_fd_ int fs = (int)syscall(SYS_fsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */);

	if (fs < 0 || syscall(SYS_fsconfig, fs, 1 /* SET_STRING */, "mode", "700", 0) < 0)
		return -1;
	/* No limit of its own: the default is half of the machine's memory. */
	if (syscall(SYS_fsconfig, fs, 1, "size", "0", 0) < 0 ||
	    syscall(SYS_fsconfig, fs, 6 /* CMD_CREATE */, NULL, NULL, 0) < 0)
		return -1;
	return (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */,
			    0x2 | 0x4 /* nosuid, nodev */);
}

static int open_path(const char *path, int *fd, struct refusal *refusal)
{
	*fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 ? refuse(refusal, "%s: %s", path, strerror(errno)) : 0;
}

int ns_open_host(struct setup *setup, struct refusal *refusal)
{
	int r = open_path("/sys", &setup->fds[SETUP_REAL_SYS], refusal);

	if (!r)
		r = open_path("/dev", &setup->fds[SETUP_REAL_DEV], refusal);
	setup->fds[SETUP_PROC] = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r;
}

int ns_make_files(struct setup *setup, const char *runtime, enum config_uevents uevents,
		  struct refusal *refusal)
{
	char path[RUNTIME_PATH_MAX + 8];
	int *fds = setup->fds;
	int r;

	snprintf(path, sizeof(path), "%s/mnt", runtime);
	r = ns_mount_fuse(path, &fds[SETUP_FUSE], &setup->device, refusal);
	if (!r)
		r = listen_in(runtime, "sock", &fds[SETUP_BROKER], refusal);
	if (!r)
		r = listen_in(runtime, "ctl", &fds[SETUP_CONTROL], refusal);
	if (r < 0)
		return r;
	fds[SETUP_MEMFS] = make_memfs();
	fds[SETUP_UEVENTS] = ns_uevents(uevents);
	return 0;
}
