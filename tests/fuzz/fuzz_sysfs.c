/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any writes into the tree, one after the other, and any commands to the NVDIMM bus. After each the
 * books must balance: every device within its region, no byte with two owners; and every file of a
 * directory that was written to must have a text, or an error.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sysfs-emu/nd_file.h"
#include "sysfs-emu/tree.h"
#include "tests/support/tree_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* --- the machine ------------------------------------------------------------------------ */

#define PMEM "sys/devices/platform/e820_pmem/ndbus0/"

/* Where files are written; one that is not there is passed over. */
static const char *const directories[] = {
	"sys/bus/dax",
	"sys/bus/dax/drivers/device_dax",
	"sys/bus/dax/drivers/kmem",
	"sys/bus/dax/drivers/fsdev_dax",
	"sys/bus/nd/drivers/dax_pmem",
	"sys/bus/nd/drivers/nd_region",
	"sys/bus/platform/drivers/hmem",
	"sys/devices/platform/hmem.0",
	"sys/devices/platform/hmem.0/dax_region",
	"sys/devices/platform/hmem.0/dax0.0",
	"sys/devices/platform/hmem.0/dax0.0/mapping0",
	"sys/devices/platform/hmem.0/dax0.1",
	"sys/devices/platform/hmem.0/dax0.2",
	"sys/devices/system/memory",
	"sys/devices/system/memory/memory40",
	"sys/devices/system/memory/memory47",
	PMEM "region1",
	PMEM "region1/dax1.0",
	PMEM "region1/dax1.0/dax1.0",
	PMEM "region1/namespace1.0",
};

/* What is worth writing, beside what the input brings. */
static const char *const texts[] = {
	"",
	"0",
	"1",
	"dax0.0",
	"dax0.1",
	"dax0.2",
	"dax1.0",
	"hmem.0",
	"namespace1.0",
	"region1",
	"4096",
	"2097152",
	"1073741824",
	"134217728",
	"140000000-147ffffff",
	"147ffffff-140000000",
	"150000000-15fffffff\n",
	"online",
	"online_kernel",
	"online_movable",
	"offline",
	"18446744073709551615",
	"-1",
	"add fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed A=1",
};

static const char *const kernels[] = { "6.1", "6.12", "7.2" };

static void add_region(struct dax_model *model, int id, enum dax_region_kind kind, bool idle)
{
	struct dax_region_config config = {
		.id = id,
		.kind = kind,
		.span = { (5 + (uint64_t)id) * GIB, GIB },
		.align = 2 * MIB,
		.target_node = 1 + id,
		.idle = idle,
	};
	struct dax_region *region;

	require(!dax_region_add(model, &config, DAX_DRIVER_DEFAULT, &region));
	if (kind == DAX_REGION_PMEM)
		require(!dax_region_add_bad(region, (struct dax_range){ 4096, 1024 }));
	/* Room for the more interesting half of all writes. */
	for (int i = 0; idle && i < 2; i++)
		require(!dax_region_create_dev(region, 1));
}

static void machine_begin(struct sysfs_tree *tree, uint8_t choice)
{
	struct dax_model_config config = {
		.profile = dax_profile_find(kernels[choice % ARRAY_SIZE(kernels)]),
		.memblock_size = 128 * MIB,
		.online_nodes = 1,
	};

	*tree = (struct sysfs_tree){ .real_sys = -1, .real_proc = -1, .device_files = true };
	require(!dax_model_new(&tree->model, &config));
	add_region(tree->model, 0, DAX_REGION_HMEM, choice & 0x80);
	add_region(tree->model, 1, DAX_REGION_PMEM, false);
}

static void machine_end(struct sysfs_tree *tree)
{
	dax_model_free(tree->model);
	sysfs_tree_free(tree);
}

/* --- the books -------------------------------------------------------------------------- */

static bool overlap(struct dax_range a, struct dax_range b)
{
	return a.start < b.start + b.len && b.start < a.start + a.len;
}

static void check_mapping(const struct dax_region *region, const struct dax_mapping *map)
{
	unsigned owners = 0;

	require(map->range.len && dax_range_contains(region->config.span, map->range));
	for (size_t i = 0; i < region->nr_devs; i++)
		for (size_t j = 0; j < region->devs[i]->nr_maps; j++)
			owners += overlap(region->devs[i]->maps[j].range, map->range);
	require(owners == 1);
}

static uint64_t check_dev(const struct dax_dev *dev)
{
	uint64_t size = 0;

	for (size_t i = 0; i < dev->nr_maps; i++) {
		check_mapping(dev->region, &dev->maps[i]);
		size += dev->maps[i].range.len;
	}
	require(size == dax_dev_size(dev));
	require(!dev->driver || size);
	return size;
}

static void check_region(const struct dax_region *region)
{
	uint64_t used = 0;

	for (size_t i = 0; i < region->nr_devs; i++)
		used += check_dev(region->devs[i]);
	require(used == region->used);
	require(used + dax_region_available(region) == region->config.span.len);
}

static void check_books(const struct dax_model *model)
{
	for (int id = 0; id < 2; id++)
		check_region(dax_region_find(model, id));
}

/* --- the writer ------------------------------------------------------------------------- */

/* The bytes that steer; zeros when there are no more. */
struct input {
	const uint8_t *data;
	size_t left;
};

static uint8_t input_byte(struct input *in)
{
	uint8_t byte = in->left ? *in->data : 0;

	in->data += in->left != 0;
	in->left -= in->left != 0;
	return byte;
}

static const uint8_t *input_bytes(struct input *in, size_t len)
{
	const uint8_t *bytes = in->data;

	in->data += len;
	in->left -= len;
	return bytes;
}

static mode_t mode_of(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	struct stat st;

	if (sysfs_type(ref) != SYSFS_TYPE_ATTR)
		return 0;
	sysfs_stat(tree, ref, &st);
	return st.st_mode;
}

/* The files of a directory that take writes. */
struct writable {
	const struct sysfs_tree *tree;
	struct sysfs_ref refs[32];
	size_t nr;
};

static int collect(void *user, const char *name, struct sysfs_ref ref)
{
	struct writable *files = user;

	(void)name;
	if (files->nr < ARRAY_SIZE(files->refs) && mode_of(files->tree, ref) & 0222)
		files->refs[files->nr++] = ref;
	return 0;
}

static int show(void *user, const char *name, struct sysfs_ref ref)
{
	const struct sysfs_tree *tree = user;
	_cleanup_strbuf_ struct strbuf text = { 0 };
	int r;

	(void)name;
	if (!(mode_of(tree, ref) & 0444))
		return 0;
	r = sysfs_show(tree, ref, &text);
	require(r <= 0 && (r < 0 || text.len <= SYSFS_PAGE));
	return 0;
}

static void store(const struct sysfs_tree *tree, struct sysfs_ref ref, struct input *in)
{
	uint8_t how = input_byte(in);
	const char *text = texts[how % ARRAY_SIZE(texts)];
	size_t len = strlen(text);
	ssize_t r;

	if (how & 0x80) {
		len = min_u64(how & 0x7f, in->left);
		text = (const char *)input_bytes(in, len);
	}
	r = sysfs_store(tree, ref, text, len);
	require(r == (ssize_t)len || (r < 0 && r > -4096));
}

static void write_somewhere(const struct sysfs_tree *tree, struct input *in)
{
	const char *path = directories[input_byte(in) % ARRAY_SIZE(directories)];
	struct writable files = { .tree = tree };
	struct sysfs_ref dir;

	if (tree_find(tree, path, &dir) < 0 || sysfs_list(tree, dir, collect, &files) < 0 ||
	    !files.nr)
		return;
	store(tree, files.refs[input_byte(in) % files.nr], in);
	(void)sysfs_list(tree, dir, show, (void *)tree);
}

static void ask_bus(const struct sysfs_tree *tree, struct input *in)
{
	uint8_t out[64];
	unsigned cmd = 0;
	size_t in_size, out_size;
	ssize_t r;

	for (int i = 0; i < 4; i++)
		cmd = cmd << 8 | input_byte(in);
	in_size = min_u64(input_byte(in) % 64, in->left);
	out_size = input_byte(in) % (sizeof(out) + 1);
	in_size = min_u64(in_size, in->left);
	r = nd_file_ioctl(tree->model, cmd, false, input_bytes(in, in_size), in_size, out,
			  out_size);
	require(r <= (ssize_t)out_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct sysfs_tree tree;

	machine_begin(&tree, input_byte(&in));
	while (in.left) {
		if (input_byte(&in) % 8)
			write_somewhere(&tree, &in);
		else
			ask_bus(&tree, &in);
		check_books(tree.model);
	}
	machine_end(&tree);
	return 0;
}
