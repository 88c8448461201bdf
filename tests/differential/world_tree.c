/* SPDX-License-Identifier: BSD-3-Clause */
/* The emulated tree inside this process: no mount, no daemon, no other process. */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "layout.h"
#include "sysfs-emu/iomem.h"
#include "sysfs-emu/tree.h"
#include "tests/support/tree_path.h"

#define MAX_OPEN 64

static struct dax_model *model;
static struct sysfs_tree tree;
static struct dax_dev *opened[MAX_OPEN];
static struct strbuf iomem;

static int add_regions(void)
{
	for (int id = 0; id < LAYOUT_REGIONS; id++) {
		struct layout_region at = layout_region(id);
		struct dax_region *region;
		int r = dax_region_add(model,
				       &(struct dax_region_config){ .id = id,
								    .span = { at.start, at.len },
								    .align = 2 * MIB,
								    .target_node = at.node },
				       DAX_DRIVER_NONE, &region);

		if (r < 0)
			return r;
	}
	return 0;
}

int world_begin(int argc, char **argv)
{
	struct dax_model_config config = { .memblock_size = LAYOUT_BLOCK, .online_nodes = 1 };

	if (argc > 0)
		config.profile = dax_profile_find(argv[0]);
	config.memmap_on_memory = argc > 1 && !strcmp(argv[1], "memmap_on_memory");
	if (!config.profile || argc > 1 + config.memmap_on_memory) {
		fprintf(stderr, "tree-steps: arguments are PROFILE [memmap_on_memory]\n");
		return 2;
	}
	if (dax_model_new(&model, &config) < 0 || add_regions() < 0) {
		fprintf(stderr, "tree-steps: no model\n");
		return 1;
	}
	tree = (struct sysfs_tree){
		.model = model, .real_sys = -1, .real_proc = -1, .device_files = true
	};
	return 0;
}

void world_end(void)
{
	sysfs_tree_free(&tree);
	dax_model_free(model);
	strbuf_free(&iomem);
}

static int find_file(const char *path, int flags, struct sysfs_ref *out)
{
	int r = tree_find(&tree, path, out);

	if (r < 0)
		return r;
	if (sysfs_type(*out) == SYSFS_TYPE_DIR)
		return -EISDIR;
	return sysfs_check_open(&tree, *out, flags);
}

static ssize_t copy_out(const struct strbuf *text, char *buf, size_t size)
{
	snprintf(buf, size, "%s", text->text ? text->text : "");
	return (ssize_t)strlen(buf);
}

ssize_t world_read(const char *path, char *buf, size_t size)
{
	_cleanup_strbuf_ struct strbuf text = { 0 };
	struct sysfs_ref ref;
	int r = find_file(path, O_RDONLY, &ref);

	if (r == 0)
		r = sysfs_show(&tree, ref, &text);
	return r < 0 ? r : copy_out(&text, buf, size);
}

ssize_t world_write(const char *path, const char *bytes, size_t len)
{
	struct sysfs_ref ref;
	int r = find_file(path, O_WRONLY, &ref);

	if (r < 0 || !len)
		return r;
	return sysfs_store(&tree, ref, bytes, len);
}

struct listing {
	void (*emit)(void *user, const char *name);
	void *user;
};

static int list_one(void *user, const char *name, struct sysfs_ref ref)
{
	const struct listing *listing = user;

	(void)ref;
	if (name[0] != '.')
		listing->emit(listing->user, name);
	return 0;
}

int world_list(const char *path, void (*emit)(void *user, const char *name), void *user)
{
	struct listing listing = { emit, user };
	struct sysfs_ref ref;
	int r = tree_find(&tree, path, &ref);

	return r < 0 ? r : sysfs_list(&tree, ref, list_one, &listing);
}

ssize_t world_readlink(const char *path, char *buf, size_t size)
{
	_cleanup_strbuf_ struct strbuf text = { 0 };
	struct sysfs_ref ref;
	int r = tree_find(&tree, path, &ref);

	if (r == 0)
		r = sysfs_type(ref) == SYSFS_TYPE_LINK ? sysfs_readlink(&tree, ref, &text)
						       : -EINVAL;
	return r < 0 ? r : copy_out(&text, buf, size);
}

static int find_device_file(const char *name, struct sysfs_ref *out)
{
	char path[300];

	snprintf(path, sizeof(path), "dev/%s", name);
	return tree_find(&tree, path, out);
}

const char *world_device_file(const char *name, int minor)
{
	struct sysfs_ref ref;
	struct stat st;
	int r = find_device_file(name, &ref);

	if (r < 0)
		return strerrorname_np(-r);
	sysfs_stat(&tree, ref, &st);
	return device_text(&st, minor);
}

int world_open(const char *name, int flags)
{
	struct sysfs_ref ref;
	int r = find_device_file(name, &ref), slot = 0;

	(void)flags;
	while (slot < MAX_OPEN && opened[slot])
		slot++;
	if (r == 0)
		r = slot < MAX_OPEN ? dax_dev_open(sysfs_dev(&tree, ref)) : -EMFILE;
	if (r < 0)
		return r;
	opened[slot] = sysfs_dev(&tree, ref);
	return slot;
}

void world_close(int handle)
{
	dax_dev_release(opened[handle]);
	dax_dev_put(opened[handle]);
	opened[handle] = NULL;
}

int world_module(bool load, const char *name)
{
	for (int id = 0; id < DAX_NR_DRIVERS; id++) {
		if (!strcmp(dax_driver((enum dax_driver_id)id)->name, name))
			return (load ? dax_driver_load
				     : dax_driver_unload)(model, (enum dax_driver_id)id) < 0
				       ? -EBUSY
				       : 0;
	}
	return -EBUSY;
}

const char *world_iomem(void)
{
	strbuf_free(&iomem);
	return iomem_render(model, "", &iomem) < 0 ? NULL : iomem.text;
}
