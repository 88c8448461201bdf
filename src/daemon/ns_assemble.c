/* SPDX-License-Identifier: BSD-3-Clause */
/* How an instance gets over /dev, /proc and /sys, see ns_assemble.h. */
#include "daemon/ns_assemble.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/util.h"
#include "daxemu/proto.h"

#define NS_SCRATCH_DEV	NS_SCRATCH "/dev"
#define NS_SCRATCH_PROC NS_SCRATCH "/proc"

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

/*
 * Over each placeholder of a file of the host's: those of the emulated machine tell by their
 * number. What cannot be mounted over stays a placeholder that cannot be opened.
 */
static void bind_host_entry(const struct dirent *entry)
{
	char from[PATH_MAX], to[PATH_MAX];

	if (entry->d_type == DT_LNK || *entry->d_name == '.' || daxemu_ino_kind(entry->d_ino))
		return;
	snprintf(from, sizeof(from), "/dev/%s", entry->d_name);
	snprintf(to, sizeof(to), NS_SCRATCH_DEV "/%s", entry->d_name);
	mount(from, to, NULL, MS_BIND | (entry->d_type == DT_DIR ? MS_REC : 0), NULL);
}

/* They are listed where they are mounted: so the kernel learns of all placeholders at once. */
static void bind_host_entries(void)
{
	DIR *dir = opendir(NS_SCRATCH_DEV);
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
