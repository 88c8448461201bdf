/* SPDX-License-Identifier: BSD-3-Clause */
/* Namespaces: made, judged and joined. */
#include "daemon/namespace.h"

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

#include "base/util.h"

/* Inode numbers of the machine's own namespaces; the second one since Linux 6.18. */
#define USER_NS_FIRST 0xeffffffdu
#define NET_NS_FIRST  0xeffffff9u

/* --- users and mounts --------------------------------------------------------------------- */

static int write_text(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
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
