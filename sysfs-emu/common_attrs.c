/* SPDX-License-Identifier: BSD-3-Clause */
/* What several tables share, and the tables of power/ and of directories that only look real. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"
#include "sysfs-emu/tree.h"

int sysfs_show_nothing(const struct sysfs_obj *obj, struct strbuf *out)
{
	(void)obj;
	(void)out;
	return 0;
}

int sysfs_uevent_store(const struct sysfs_obj *obj, const char *bytes, size_t len)
{
	const struct sysfs_tree *tree = obj->tree;
	struct uevent_request event;
	int r = uevent_parse(bytes, len, &event);

	if (r == 0 && tree->uevent)
		r = tree->uevent(tree->user, obj, &event);
	return r;
}

int sysfs_real_text(const struct sysfs_tree *tree, const char *path, char *text, size_t size)
{
	_cleanup_fd_ int fd = -1;
	ssize_t n;

	if (tree->real_sys < 0)
		return -ENOENT;
	fd = openat(tree->real_sys, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	n = fd < 0 ? -1 : read(fd, text, size - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	return 0;
}

struct dax_dev *sysfs_find_dev(const struct sysfs_obj *obj, const char *text)
{
	struct dax_id id;

	return names_parse_id(text, &id) < 0 ? NULL : dax_dev_find(obj->model, id);
}

/* A file that always reads the same. */
#define SHOW_TEXT(function, text)                                            \
	static int function(const struct sysfs_obj *obj, struct strbuf *out) \
	{                                                                    \
		(void)obj;                                                   \
		return strbuf_printf(out, "%s", text);                       \
	}

SHOW_TEXT(show_disabled, "disabled\n")
SHOW_TEXT(show_auto, "auto\n")
SHOW_TEXT(show_0, "0\n")
SHOW_TEXT(show_unsupported, "unsupported\n")
SHOW_TEXT(show_null, "(null)\n")

/* --- power/ of devices without power management ------------------------------------------- */

static int one_of(const char *text, const char *a, const char *b)
{
	return names_equal(text, a) || names_equal(text, b) ? 0 : -EINVAL;
}

/* Source: Linux drivers/base/power/sysfs.c. What is set there has no effect on us. */
static int async_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	return one_of(text, "enabled", "disabled");
}

static int control_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	return one_of(text, "auto", "on");
}

const struct sysfs_attr sysfs_power_attrs[] = {
	{ "async", 0644, show_disabled, async_store },
	{ "autosuspend_delay_ms", 0644 }, /* EIO: autosuspend is not in use */
	{ "control", 0644, show_auto, control_store },
	{ "runtime_active_kids", 0444, show_0 },
	{ "runtime_active_time", 0444, show_0 },
	{ "runtime_enabled", 0444, show_disabled },
	{ "runtime_status", 0444, show_unsupported },
	{ "runtime_suspended_time", 0444, show_0 },
	{ "runtime_usage", 0444, show_0 },
	{ 0 },
};

/* --- parents of regions ------------------------------------------------------------------- */

SHOW_TEXT(hmem_platform_modalias, "platform:hmem_platform\n")
SHOW_TEXT(hmem_platform_uevent, "DRIVER=hmem_platform\nMODALIAS=platform:hmem_platform\n")

const struct sysfs_attr sysfs_hmem_platform_attrs[] = {
	{ "driver_override", 0644, show_null },
	{ "modalias", 0444, hmem_platform_modalias },
	{ "uevent", 0644, hmem_platform_uevent, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

SHOW_TEXT(e820_modalias, "platform:e820_pmem\n")
SHOW_TEXT(e820_uevent, "DRIVER=e820_pmem\nMODALIAS=platform:e820_pmem\n")

const struct sysfs_attr sysfs_e820_attrs[] = {
	{ "driver_override", 0644, show_null },
	{ "modalias", 0444, e820_modalias },
	{ "uevent", 0644, e820_uevent, .store_bytes = sysfs_uevent_store },
	{ 0 },
};
