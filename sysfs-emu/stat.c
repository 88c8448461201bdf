/* SPDX-License-Identifier: BSD-3-Clause */
/* What stat(2) says of a file, and what chmod(2) and chown(2) made of it. */
#include <errno.h>
#include <sys/sysmacros.h>

#include "daxemu/proto.h"
#include "sysfs-emu/tree.h"
#include "sysfs-emu/tree_priv.h"

static void stat_dir(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	st->st_mode = S_IFDIR | 0755;
	st->st_nlink = 2 + sysfs_count_dirs(tree, ref);
}

static void stat_attr(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	const struct sysfs_attr *attr = sysfs_attr_of(ref);
	struct sysfs_obj obj;
	mode_t mode = attr ? attr->mode : 0;

	if (attr && sysfs_resolve(tree, ref, &obj) == 0)
		mode = sysfs_attr_mode(&obj, attr);
	st->st_mode = S_IFREG | mode;
	st->st_size = attr && attr->size ? attr->size : SYSFS_PAGE;
	if (attr && attr->unsized)
		st->st_size = 0;
}

/* Of a device file or its twin. */
static dev_t number_of(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	const struct dax_profile *profile = tree->model->config.profile;
	bool ndctl = ref.kind == SYSFS_NDCTL_CHR || ref.kind == SYSFS_NDCTL_TWIN;

	return makedev(ndctl ? profile->nd_major : profile->major, ref.index);
}

uint64_t sysfs_ino(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	enum sysfs_type type = sysfs_type(ref);
	dev_t number = number_of(tree, ref);

	if (type == SYSFS_TYPE_CHR)
		return daxemu_ino(DAXEMU_INO_NODE, major(number), minor(number));
	if (type == SYSFS_TYPE_TWIN)
		return daxemu_ino(DAXEMU_INO_TWIN, major(number), minor(number));
	return sysfs_ref_encode(ref);
}

static void stat_devfile(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	bool chr = sysfs_type(ref) == SYSFS_TYPE_CHR;

	st->st_mode = (chr ? S_IFCHR : S_IFREG) | 0600;
	st->st_rdev = chr ? number_of(tree, ref) : 0;
}

/* A device file and its twin have one mode and one owner. */
static uint64_t meta_key(struct sysfs_ref ref)
{
	return sysfs_ref_encode(sysfs_type(ref) == SYSFS_TYPE_TWIN ? sysfs_ref_twin(ref) : ref);
}

static void apply_meta(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	const struct sysfs_meta_entry *entry = meta_find(&tree->meta, meta_key(ref));

	if (!entry)
		return;
	if (entry->mode != (mode_t)-1)
		st->st_mode = (st->st_mode & S_IFMT) | entry->mode;
	if (entry->uid != (uid_t)-1)
		st->st_uid = entry->uid;
	if (entry->gid != (gid_t)-1)
		st->st_gid = entry->gid;
}

void sysfs_stat(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	*st = (struct stat){
		.st_ino = sysfs_ino(tree, ref),
		.st_nlink = 1,
		.st_blksize = SYSFS_PAGE,
		.st_atim = tree->age,
		.st_mtim = tree->age,
		.st_ctim = tree->age,
	};
	switch (sysfs_type(ref)) {
	case SYSFS_TYPE_DIR:
		stat_dir(tree, ref, st);
		break;
	case SYSFS_TYPE_ATTR:
		stat_attr(tree, ref, st);
		break;
	case SYSFS_TYPE_LINK:
		st->st_mode = S_IFLNK | 0777;
		break;
	case SYSFS_TYPE_CHR:
	case SYSFS_TYPE_TWIN:
		stat_devfile(tree, ref, st);
		break;
	case SYSFS_TYPE_FILE:
		st->st_mode = S_IFREG | 0600;
		break;
	}
	apply_meta(tree, ref, st);
}

int sysfs_set_meta(struct sysfs_tree *tree, struct sysfs_ref ref, mode_t mode, uid_t uid, gid_t gid)
{
	struct sysfs_meta_entry *entry = meta_get(&tree->meta, meta_key(ref));

	if (!entry)
		return -ENOMEM;
	if (mode != (mode_t)-1)
		entry->mode = mode & 07777;
	if (uid != (uid_t)-1)
		entry->uid = uid;
	if (gid != (gid_t)-1)
		entry->gid = gid;
	return 0;
}

static bool is_of_object(uint64_t key, const void *arg)
{
	const struct sysfs_ref *object = arg;
	struct sysfs_ref ref;

	return sysfs_ref_decode(key, &ref) && ref.kind == object->kind &&
	       ref.serial == object->serial;
}

void sysfs_drop_meta(struct sysfs_tree *tree, enum sysfs_kind kind, uint64_t serial)
{
	struct sysfs_ref object = { .kind = kind,
				    .serial = sysfs_ref_bits(serial, SYSFS_SERIAL_BITS) };

	meta_drop(&tree->meta, is_of_object, &object);
}
