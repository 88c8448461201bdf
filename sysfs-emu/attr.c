/* SPDX-License-Identifier: BSD-3-Clause */
/* Attributes: which row a ref means, and open(2), read(2) and write(2) of it. */
#include "sysfs-emu/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sysfs-emu/tree.h"
#include "sysfs-emu/tree_priv.h"

/* A bounded walk: a forged id may point past the end of a table. */
static const struct sysfs_attr *nth_attr(const struct sysfs_attr *attr, unsigned n)
{
	while (attr && attr->name && n--)
		attr++;
	return attr && attr->name ? attr : NULL;
}

const struct sysfs_attr *sysfs_attr_of(struct sysfs_ref ref)
{
	if (ref.leaf >= SYSFS_LEAF_POWER_ATTR && ref.leaf < SYSFS_LEAF_SET)
		return nth_attr(sysfs_power_attrs, ref.leaf - SYSFS_LEAF_POWER_ATTR);
	if (ref.leaf >= SYSFS_LEAF_ATTR && ref.leaf < SYSFS_LEAF_LINK)
		return nth_attr(dir_of(ref)->attrs, ref.leaf - SYSFS_LEAF_ATTR);
	return NULL;
}

mode_t sysfs_attr_mode(const struct sysfs_obj *obj, const struct sysfs_attr *attr)
{
	return attr->visible ? attr->visible(obj, attr->mode) : attr->mode;
}

int sysfs_check_open(const struct sysfs_tree *tree, struct sysfs_ref ref, int flags)
{
	int mode = flags & O_ACCMODE;
	struct stat st;

	if (!sysfs_exists(tree, ref))
		return -ENODEV;
	sysfs_stat(tree, ref, &st);
	if (mode != O_WRONLY && !(st.st_mode & 0444))
		return -EACCES;
	if (mode != O_RDONLY && !(st.st_mode & 0222))
		return -EACCES;
	return flags & O_DIRECT ? -EINVAL : 0;
}

int sysfs_show(const struct sysfs_tree *tree, struct sysfs_ref ref, struct strbuf *out)
{
	const struct sysfs_attr *attr = sysfs_attr_of(ref);
	struct sysfs_obj obj;

	if (!attr || sysfs_resolve(tree, ref, &obj) < 0)
		return -ENODEV;
	return attr->show ? attr->show(&obj, out) : -EIO;
}

void sysfs_redact(struct sysfs_ref ref, struct strbuf *text)
{
	const struct sysfs_attr *attr = sysfs_attr_of(ref);

	if (attr && attr->redact)
		attr->redact(text);
}

ssize_t sysfs_store(const struct sysfs_tree *tree, struct sysfs_ref ref, const char *buf,
		    size_t size)
{
	const struct sysfs_attr *attr = sysfs_attr_of(ref);
	char text[SYSFS_PAGE + 1];
	struct sysfs_obj obj;
	int r = -EIO;

	if (!attr || sysfs_resolve(tree, ref, &obj) < 0)
		return -ENODEV;
	if (size > SYSFS_PAGE)
		size = SYSFS_PAGE; /* a short write, as kernfs does */
	memcpy(text, buf, size);
	text[size] = '\0';
	if (!size)
		return 0;
	if (attr->store_bytes)
		r = attr->store_bytes(&obj, text, size);
	else if (attr->store)
		r = attr->store(&obj, text);
	return r < 0 ? r : (ssize_t)size;
}
