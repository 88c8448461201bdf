/* SPDX-License-Identifier: BSD-3-Clause */
/* What a ref means: the type of the file, and the object in the model. */
#include "sysfs-emu/tree.h"

#include <assert.h>

#include "sysfs-emu/tree_priv.h"

static_assert((unsigned)SYSFS_MODULE_KMEM == DAX_KMEM &&
		      (unsigned)SYSFS_MODULE_FSDEV_DAX == DAX_FSDEV_DAX,
	      "a driver's module has its number");

void sysfs_tree_free(struct sysfs_tree *tree)
{
	meta_free(&tree->meta);
	host_memory_free(&tree->host);
}

enum sysfs_type sysfs_type(struct sysfs_ref ref)
{
	switch (ref.kind) {
	case SYSFS_CHR:
	case SYSFS_NDCTL_CHR:
		return SYSFS_TYPE_CHR;
	case SYSFS_TWIN:
	case SYSFS_NDCTL_TWIN:
		return SYSFS_TYPE_TWIN;
	case SYSFS_DEVFS_SOCK:
	case SYSFS_DEVFS_CTL:
		return SYSFS_TYPE_FILE;
	default:
		break;
	}
	if (ref.leaf == SYSFS_LEAF_DIR || ref.leaf == SYSFS_LEAF_POWER)
		return SYSFS_TYPE_DIR;
	if (ref.leaf >= SYSFS_LEAF_SET)
		return SYSFS_TYPE_LINK;
	return ref.leaf >= SYSFS_LEAF_LINK && ref.leaf < SYSFS_LEAF_POWER ? SYSFS_TYPE_LINK
									  : SYSFS_TYPE_ATTR;
}

mode_t sysfs_type_mode(enum sysfs_type type)
{
	static const mode_t modes[] = {
		[SYSFS_TYPE_DIR] = S_IFDIR,  [SYSFS_TYPE_ATTR] = S_IFREG,
		[SYSFS_TYPE_LINK] = S_IFLNK, [SYSFS_TYPE_CHR] = S_IFCHR,
		[SYSFS_TYPE_TWIN] = S_IFREG, [SYSFS_TYPE_FILE] = S_IFREG,
	};

	return modes[type];
}

int sysfs_resolve(const struct sysfs_tree *tree, struct sysfs_ref dir, struct sysfs_obj *obj)
{
	*obj = (struct sysfs_obj){ .tree = tree, .model = tree->model, .ref = sysfs_ref_dir(dir) };
	return dir_of(dir)->resolve ? dir_of(dir)->resolve(obj) : 0;
}

bool sysfs_exists(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	struct sysfs_obj obj;

	return sysfs_resolve(tree, ref, &obj) == 0;
}

struct dax_dev *sysfs_dev(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	struct sysfs_obj obj;

	return sysfs_resolve(tree, ref, &obj) == 0 ? obj.dev : NULL;
}
