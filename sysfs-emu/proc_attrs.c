/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two files of /proc, found in dev/.daxemu/proc and mounted over the real ones. Each is the
 * machine's own with what the emulated devices add to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/chrdevs.h"
#include "sysfs-emu/dirs.h"
#include "sysfs-emu/iomem.h"
#include "sysfs-emu/tree.h"

/* The whole text; NULL when it cannot be read. It ends only where it ends: it has no NUL in it. */
static char *read_real(const struct sysfs_tree *tree, const char *name)
{
	int fd = tree->real_proc < 0
			 ? -1
			 : openat(tree->real_proc, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	_cleanup_file_ FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = NULL;
	size_t cap = 0;

	if (fd >= 0 && !f)
		close(fd);
	if (!f || getdelim(&text, &cap, '\0', f) < 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int iomem_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	_cleanup_free_ char *real = read_real(obj->tree, "iomem");

	return iomem_render(obj->model, real ? real : "", out);
}

static int devices_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const struct dax_profile *profile = obj->model->config.profile;
	_cleanup_free_ char *real = read_real(obj->tree, "devices");
	/* libnvdimm takes the first two when it is loaded, in this order. */
	const struct chrdev all[] = { { profile->nd_major - 1, "dimmctl" },
				      { profile->nd_major, "ndctl" },
				      { profile->major, "dax" } };
	size_t first = sysfs_has_regions(obj->model, DAX_REGION_PMEM) ? 0 : 2;

	return chrdevs_render(all + first, ARRAY_SIZE(all) - first, real ? real : "", out);
}

const struct sysfs_attr sysfs_proc_attrs[] = {
	{ "devices", 0444, devices_show, .unsized = true },
	{ "iomem", 0444, iomem_show, .unsized = true, .redact = iomem_hide },
	{ 0 },
};
