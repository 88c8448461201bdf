/* SPDX-License-Identifier: BSD-3-Clause */
/* Ways up and down the tree: the path of a directory, and the text of a link. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "sysfs-emu/tree.h"
#include "sysfs-emu/tree_priv.h"

void sysfs_dir_name(const struct sysfs_obj *obj, char *name)
{
	const struct sysfs_dir *dir = dir_of(obj->ref);

	if (dir->make_name)
		dir->make_name(obj, name);
	else
		snprintf(name, SYSFS_NAME_MAX, "%s", dir->name);
}

/* No directory is deeper; bounds every walk up. */
#define MAX_DEPTH 16

/* The directory and those above it, up to, not including, sys/ or dev/. Return: how many. */
static int ancestors(const struct sysfs_tree *tree, struct sysfs_ref dir, struct sysfs_obj *objs)
{
	int n = 0;

	while (dir.kind != SYSFS_SYS && dir.kind != SYSFS_DEVFS && dir.kind != SYSFS_MOUNT) {
		assert(n < MAX_DEPTH);
		if (sysfs_resolve(tree, dir, &objs[n]) < 0)
			return -ENODEV;
		dir = (struct sysfs_ref){ .kind = dir_of(dir)->parent };
		if (dir_of(objs[n].ref)->find_parent)
			dir_of(objs[n].ref)->find_parent(&objs[n], &dir);
		n++;
	}
	return n;
}

/* Appends the names of objs[count - 1] down to objs[0], with slashes between. */
static int print_path(const struct sysfs_obj *objs, int count, struct strbuf *out)
{
	char name[SYSFS_NAME_MAX];

	for (int i = count - 1; i >= 0; i--) {
		sysfs_dir_name(&objs[i], name);
		if (strbuf_printf(out, "%s%s", name, i ? "/" : "") < 0)
			return -ENOMEM;
	}
	return 0;
}

int sysfs_path(const struct sysfs_tree *tree, struct sysfs_ref dir, struct strbuf *out)
{
	struct sysfs_obj objs[MAX_DEPTH];
	int n = ancestors(tree, dir, objs);

	return n < 0 ? n : print_path(objs, n, out);
}

/* --- links -------------------------------------------------------------------------------- */

static bool same_dir(const struct sysfs_obj *a, const struct sysfs_obj *b)
{
	return a->ref.kind == b->ref.kind && a->ref.index == b->ref.index &&
	       a->ref.serial == b->ref.serial;
}

/*
 * The text of a link in directory @from: up to the nearest directory that is above both, then down.
 * Source: Linux fs/kernfs/symlink.c, kernfs_get_target_path().
 */
static int print_link(const struct sysfs_tree *tree, struct sysfs_ref from, struct sysfs_ref to,
		      struct strbuf *out)
{
	struct sysfs_obj up[MAX_DEPTH], down[MAX_DEPTH];
	int nr_up = ancestors(tree, from, up);
	int nr_down = ancestors(tree, to, down);

	if (nr_up < 0 || nr_down < 0)
		return -ENOENT;
	/* The target itself never counts as common: ndctl0/device goes above ndbus0. */
	while (nr_up && nr_down > 1 && same_dir(&up[nr_up - 1], &down[nr_down - 1])) {
		nr_up--;
		nr_down--;
	}
	for (int i = 0; i < nr_up; i++) {
		if (strbuf_printf(out, "../") < 0)
			return -ENOMEM;
	}
	return print_path(down, nr_down, out);
}

/* A bounded walk: a forged id may point past the end of a table. */
static int table_target(const struct sysfs_obj *obj, unsigned n, struct sysfs_ref *out)
{
	const struct sysfs_link *link = dir_of(obj->ref)->links;

	while (link && link->name && n--)
		link++;
	return link && link->name ? link->target(obj, out) : -ENOENT;
}

static int set_target(const struct sysfs_obj *obj, struct sysfs_ref ref, struct sysfs_ref *out)
{
	unsigned i = ref.leaf - SYSFS_LEAF_SET;
	const struct sysfs_set *set = i < SYSFS_MAX_SETS ? dir_of(ref)->sets[i] : NULL;

	if (!set)
		return -ENOENT;
	if (set->target)
		return set->target(obj, ref.serial, out);
	*out = (struct sysfs_ref){ .kind = set->kind, .serial = ref.serial };
	if (set->mixed && ref.index < SYSFS_NR_KINDS)
		out->kind = (enum sysfs_kind)ref.index;
	return 0;
}

int sysfs_readlink(const struct sysfs_tree *tree, struct sysfs_ref ref, struct strbuf *out)
{
	struct sysfs_ref dir = sysfs_ref_dir(ref);
	struct sysfs_ref target;
	struct sysfs_obj obj;
	int r;

	if (sysfs_type(ref) != SYSFS_TYPE_LINK || sysfs_resolve(tree, dir, &obj) < 0)
		return -ENOENT;
	if (ref.leaf < SYSFS_LEAF_SET)
		r = table_target(&obj, ref.leaf - SYSFS_LEAF_LINK, &target);
	else
		r = set_target(&obj, ref, &target);
	return r < 0 ? -ENOENT : print_link(tree, dir, target, out);
}
