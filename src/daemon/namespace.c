/* SPDX-License-Identifier: BSD-3-Clause */
/* Mounts: a private namespace, the FUSE mount, and how it gets over /sys and /dev. */
#include "daemon/namespace.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "base/log.h"
#include "base/util.h"

#define NS_SCRATCH_DEV	NS_SCRATCH "/dev"
#define NS_SCRATCH_PROC NS_SCRATCH "/proc"

/* Inode numbers of the machine's own namespaces; the second one since Linux 6.18. */
#define USER_NS_FIRST 0xeffffffdu
#define NET_NS_FIRST  0xeffffff9u

/* --- namespaces --------------------------------------------------------------------------- */

static int write_text(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = (ssize_t)strlen(text);

	if (fd < 0)
		return -errno;
	return write(fd, text, (size_t)n) == n ? 0 : -errno;
}

static int write_map(const char *path, unsigned id)
{
	char text[32];

	snprintf(text, sizeof(text), "0 %u 1", id);
	return write_text(path, text);
}

static int refuse_user_namespace(int error, struct refusal *refusal)
{
	return refuse(refusal,
		      "this user may not make a user namespace (%s): run as root, or allow it with "
		      "'sysctl user.max_user_namespaces=10000' and, where it exists, "
		      "'sysctl kernel.unprivileged_userns_clone=1' or "
		      "'sysctl kernel.apparmor_restrict_unprivileged_userns=0'; in a container add "
		      "--cap-add SYS_ADMIN",
		      strerror(error));
}

static bool may_mount(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return !syscall(SYS_capget, &header, data) &&
	       data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN);
}

/* Our ids must be asked for before: afterwards they are nobody's. */
int ns_enter_user(struct refusal *refusal)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int r;

	if (may_mount())
		return 0;
	if (unshare(CLONE_NEWUSER) < 0)
		return refuse_user_namespace(errno, refusal);
	r = write_text("/proc/self/setgroups", "deny");
	if (!r || r == -ENOENT)
		r = write_map("/proc/self/uid_map", uid);
	if (!r)
		r = write_map("/proc/self/gid_map", gid);
	return r < 0 ? refuse_user_namespace(-r, refusal) : 0;
}

int ns_enter_mount(struct refusal *refusal)
{
	if (unshare(CLONE_NEWNS) < 0)
		return refuse(
			refusal,
			"this user may not make a mount namespace (%s): run as root, or allow "
			"user namespaces to do so; in a container add --cap-add SYS_ADMIN",
			strerror(errno));
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return refuse(refusal, "the mounts cannot be made private (%s): / must be a mount",
			      strerror(errno));
	return 0;
}

int ns_enter(struct refusal *refusal)
{
	int r = ns_enter_user(refusal);

	return r < 0 ? r : ns_enter_mount(refusal);
}

/* --- networks ----------------------------------------------------------------------------- */

static int raise_lo(void)
{
	_cleanup_fd_ int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	if (sock < 0)
		return -errno;
	return ioctl(sock, SIOCSIFFLAGS, &lo) < 0 ? -errno : 0;
}

int ns_enter_net(struct refusal *refusal)
{
	int r = unshare(CLONE_NEWNET) < 0 ? -errno : raise_lo();

	if (!r)
		return 0;
	return refuse(refusal,
		      "--uevents=private: no network namespace can be made (%s): allow it with "
		      "'sysctl user.max_net_namespaces=10000', or say --uevents=off",
		      strerror(-r));
}

/* Whether the namespace belongs to the first user namespace; true if we may not know. */
static bool owned_by_machine(int net)
{
	_cleanup_fd_ int owner = ioctl(net, NS_GET_USERNS);
	struct stat st;

	return owner < 0 || fstat(owner, &st) < 0 || st.st_ino == USER_NS_FIRST;
}

/*
 * Whether ours is the machine's own network namespace, whose udev would take our devices for real.
 * True in doubt. Source: Linux include/linux/proc_ns.h; net/core/sysctl_net_core.c, which gives
 * netdev_max_backlog to the first namespace only.
 */
static bool in_machine_network(void)
{
	_cleanup_fd_ int net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (net < 0 || fstat(net, &st) < 0 || st.st_ino == NET_NS_FIRST)
		return true;
	if (!owned_by_machine(net))
		return false;
	return access("/proc/sys/net/core/somaxconn", F_OK) < 0 ||
	       !access("/proc/sys/net/core/netdev_max_backlog", F_OK);
}

int ns_uevents(enum config_uevents where)
{
	if (where == CONFIG_UEVENTS_OFF)
		return -1;
	if (where == CONFIG_UEVENTS_AUTO && (!may_mount() || in_machine_network()))
		return -1;
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
}

/* --- joining ------------------------------------------------------------------------------ */

static int join_one(pid_t pid, const char *kind, int flag)
{
	char path[64], mine[64];
	struct stat a, b;
	_cleanup_fd_ int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	snprintf(mine, sizeof(mine), "/proc/self/ns/%s", kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &a) && !stat(mine, &b) && a.st_ino == b.st_ino)
		return 0; /* entering one's own is EINVAL */
	return setns(fd, flag) < 0 ? -errno : 0;
}

int ns_join(pid_t pid, struct refusal *refusal)
{
	char cwd[PATH_MAX];
	int r;

	if (!getcwd(cwd, sizeof(cwd)))
		strcpy(cwd, "/");
	r = join_one(pid, "user", CLONE_NEWUSER);
	if (!r)
		r = join_one(pid, "mnt", CLONE_NEWNS);
	if (r < 0)
		return refuse(refusal,
			      "the namespaces of the instance cannot be entered (%s): it "
			      "must belong to the same user",
			      strerror(-r));
	if (chdir(cwd) < 0 && chdir("/") < 0)
		return refuse(refusal, "%s: %s", cwd, strerror(errno));
	return 0;
}

/* --- mounts ------------------------------------------------------------------------------- */

int ns_scratch(struct refusal *refusal)
{
	if (mount("daxemu", NS_SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755") < 0)
		return refuse(refusal,
			      "nothing can be mounted here (%s): run as root, or allow user "
			      "namespaces to mount; in a container add --cap-add SYS_ADMIN",
			      strerror(errno));
	if (mkdir(NS_SCRATCH_MNT, 0755) < 0 || mkdir(NS_SCRATCH_DEV, 0755) < 0)
		return refuse(refusal, "%s: %s", NS_SCRATCH, strerror(errno));
	return 0;
}

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

/* Binds through the directory, so that its path may be as long as it likes. */
static int bind_address(const char *path, struct sockaddr_un *address, int *dir)
{
	_cleanup_free_ char *copy = strdup(path);
	char *slash = copy ? strrchr(copy, '/') : NULL;

	if (!slash)
		return -EINVAL;
	*slash = '\0';
	*dir = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return -errno;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%.60s", *dir,
		 slash + 1);
	return 0;
}

static int listen_at(int fd, const char *path)
{
	_cleanup_fd_ int dir = -1;
	struct sockaddr_un address;
	mode_t mask;
	int r = bind_address(path, &address, &dir);

	if (r < 0)
		return r;
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (!r && listen(fd, 128) < 0)
		r = -errno;
	return r;
}

int ns_listen(const char *path, struct refusal *refusal)
{
	_cleanup_fd_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = fd < 0 ? -errno : listen_at(fd, path);

	if (r < 0)
		return refuse(refusal, "%s: cannot listen here: %s", path, strerror(-r));
	return steal_fd(&fd);
}

int ns_memfs(void)
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

/* --- assembling --------------------------------------------------------------------------- */

/* A dax device of the host itself: not in the emulated machine. */
static bool is_dax_name(const char *name)
{
	return !strncmp(name, "dax", 3) && isdigit((unsigned char)name[3]);
}

/* What cannot be mounted over stays a placeholder that cannot be opened. */
static void bind_host_entry(const struct dirent *entry)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (entry->d_type == DT_LNK || *entry->d_name == '.' || is_dax_name(entry->d_name))
		return;
	snprintf(from, sizeof(from), "/dev/%s", entry->d_name);
	snprintf(to, sizeof(to), NS_SCRATCH_DEV "/%s", entry->d_name);
	mount(from, to, NULL, MS_BIND | (entry->d_type == DT_DIR ? MS_REC : 0), NULL);
}

static void bind_host_entries(void)
{
	DIR *dir = opendir("/dev");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL)
		bind_host_entry(entry);
	if (dir)
		closedir(dir);
}

static int bind_one(const char *from, const char *to, struct refusal *refusal)
{
	if (!mount(from, to, NULL, MS_BIND, NULL))
		return 0;
	return refuse(refusal, "%s cannot be mounted at %s: %s", from, to, strerror(errno));
}

static int bind_socket(const char *runtime, const char *name, struct refusal *refusal)
{
	char from[PATH_MAX], to[PATH_MAX];

	snprintf(from, sizeof(from), "%s/%s", runtime, name);
	snprintf(to, sizeof(to), NS_SCRATCH_DEV "/.daxemu/%s", name);
	return bind_one(from, to, refusal);
}

static int assemble_dev(const char *runtime, struct refusal *refusal)
{
	char from[PATH_MAX];
	int r;

	snprintf(from, sizeof(from), "%s/mnt/dev", runtime);
	r = bind_one(from, NS_SCRATCH_DEV, refusal);
	if (!r)
		r = bind_socket(runtime, "sock", refusal);
	if (!r)
		r = bind_socket(runtime, "ctl", refusal);
	if (r < 0)
		return r;
	bind_host_entries();
	if (mount(NS_SCRATCH_DEV, "/dev", NULL, MS_MOVE, NULL) < 0)
		return refuse(refusal, "/dev cannot be covered: %s", strerror(errno));
	return 0;
}

/*
 * What cannot be covered, or is not there, stays the machine's own. Before, all of /proc is mounted
 * a second time where nobody sees it: where none is free of such covers, the kernel would let no
 * user namespace inside mount one. Source: Linux fs/namespace.c, mnt_already_visible().
 */
static void cover_proc(const char *runtime)
{
	static const char *const names[] = { "devices", "iomem" };
	char from[PATH_MAX], to[64];

	if (mkdir(NS_SCRATCH_PROC, 0755) < 0 ||
	    mount("/proc", NS_SCRATCH_PROC, NULL, MS_BIND | MS_REC, NULL) < 0)
		log_debug("run", "/proc cannot be mounted again: %s", strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(from, sizeof(from), "%s/mnt/dev/.daxemu/proc/%s", runtime, names[i]);
		snprintf(to, sizeof(to), "/proc/%s", names[i]);
		if (mount(from, to, NULL, MS_BIND, NULL) < 0)
			log_debug("run", "%s cannot be covered: %s", to, strerror(errno));
	}
}

/* A working directory below /dev or /sys is to be the new one. */
static void renew_cwd(const char *cwd)
{
	if (strncmp(cwd, "/dev", 4) && strncmp(cwd, "/sys", 4))
		return;
	if (chdir(cwd) < 0 && chdir("/") < 0)
		return; /* stays where it is: the real one */
}

int ns_assemble(const char *runtime, struct refusal *refusal)
{
	char from[PATH_MAX], cwd[PATH_MAX];
	int r;

	if (!getcwd(cwd, sizeof(cwd)))
		*cwd = '\0';
	r = assemble_dev(runtime, refusal);
	if (r < 0)
		return r;
	cover_proc(runtime);
	snprintf(from, sizeof(from), "%s/mnt/sys", runtime);
	r = bind_one(from, NS_SCRATCH, refusal);
	if (!r)
		renew_cwd(cwd);
	return r;
}
