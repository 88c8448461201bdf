/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is in a directory, by name and all of it: attributes, links, directories with fixed names,
 * power/, and the sets of children that come from the model.
 */
#include <errno.h>
#include <string.h>

#include "sysfs-emu/tree.h"
#include "sysfs-emu/tree_priv.h"

typedef int (*emit_fn)(void *user, const char *name, struct sysfs_ref ref);

/* Who looks at the entries: each is given to @emit, until it returns something but 0. */
struct visit {
	const char *name; /* only this one; NULL: all that are listed */
	emit_fn emit;
	void *user;
};

static bool wants(const struct visit *visit, const char *name)
{
	return !visit->name || strcmp(visit->name, name) == 0;
}

static struct sysfs_ref with_leaf(struct sysfs_ref dir, unsigned leaf)
{
	dir.leaf = leaf;
	return dir;
}

/* --- what the rows name ------------------------------------------------------------------- */

static int visit_attrs(const struct sysfs_obj *obj, const struct sysfs_attr *attrs, unsigned leaf,
		       const struct visit *visit)
{
	int r = 0;

	for (const struct sysfs_attr *a = attrs; r == 0 && a && a->name; a++, leaf++) {
		if (wants(visit, a->name) && sysfs_attr_mode(obj, a))
			r = visit->emit(visit->user, a->name, with_leaf(obj->ref, leaf));
	}
	return r;
}

/*
 * Links that lead elsewhere are other files: the kernel caches their text. Only objects without an
 * index of their own have such links.
 */
static struct sysfs_ref link_ref(const struct sysfs_obj *obj, unsigned leaf,
				 struct sysfs_ref target)
{
	struct sysfs_ref ref = with_leaf(obj->ref, leaf);

	if (ref.kind == SYSFS_DEVICE)
		ref.index = target.index;
	return ref;
}

static int visit_links(const struct sysfs_obj *obj, const struct visit *visit)
{
	unsigned leaf = SYSFS_LEAF_LINK;
	struct sysfs_ref target;
	int r = 0;

	for (const struct sysfs_link *l = dir_of(obj->ref)->links; r == 0 && l && l->name;
	     l++, leaf++) {
		if (wants(visit, l->name) && l->target(obj, &target) == 0)
			r = visit->emit(visit->user, l->name, link_ref(obj, leaf, target));
	}
	return r;
}

static bool has_power(const struct sysfs_obj *obj)
{
	return dir_of(obj->ref)->has_power && dir_of(obj->ref)->has_power(obj);
}

static int visit_power(const struct sysfs_obj *obj, const struct visit *visit)
{
	if (!wants(visit, "power") || !has_power(obj))
		return 0;
	return visit->emit(visit->user, "power", with_leaf(obj->ref, SYSFS_LEAF_POWER));
}

static bool is_visible(const struct sysfs_tree *tree, enum sysfs_kind kind)
{
	struct sysfs_obj obj = { .tree = tree, .model = tree->model, .ref = { .kind = kind } };

	return !sysfs_dir_of(kind)->visible || sysfs_dir_of(kind)->visible(&obj);
}

static bool wants_fixed(const struct visit *visit, const struct sysfs_dir *dir)
{
	return visit->name ? strcmp(visit->name, dir->name) == 0 : !dir->unlisted;
}

static int visit_fixed(const struct sysfs_obj *obj, const struct visit *visit)
{
	int r = 0;

	for (int i = 0; r == 0 && i < SYSFS_NR_KINDS; i++) {
		enum sysfs_kind kind = (enum sysfs_kind)i;
		const struct sysfs_dir *dir = sysfs_dir_of(kind);

		if (dir->name && dir->parent == obj->ref.kind && wants_fixed(visit, dir) &&
		    is_visible(obj->tree, kind))
			r = visit->emit(visit->user, dir->name, (struct sysfs_ref){ .kind = kind });
	}
	return r;
}

static int visit_named(const struct sysfs_obj *obj, const struct visit *visit)
{
	int r = visit_attrs(obj, dir_of(obj->ref)->attrs, SYSFS_LEAF_ATTR, visit);

	if (r == 0)
		r = visit_links(obj, visit);
	if (r == 0)
		r = visit_power(obj, visit);
	return r ? r : visit_fixed(obj, visit);
}

/* --- what the model has ------------------------------------------------------------------- */

/* What stands in @dir for a set's child: the child, or a link to it. */
static struct sysfs_ref set_ref(const struct sysfs_obj *dir, unsigned set, struct sysfs_ref child)
{
	struct sysfs_ref ref = dir->ref;

	if (dir_of(dir->ref)->sets[set]->type != SYSFS_TYPE_LINK)
		return child;
	ref.leaf = SYSFS_LEAF_SET + set;
	if (sysfs_ref_lends_serial(ref))
		ref.serial = child.serial ? child.serial : child.index;
	if (dir_of(dir->ref)->sets[set]->mixed)
		ref.index = child.kind;
	return ref;
}

static int find_in_sets(const struct sysfs_obj *obj, const char *name, struct sysfs_ref *out)
{
	const struct sysfs_dir *dir = dir_of(obj->ref);
	struct sysfs_ref child;

	for (unsigned i = 0; i < SYSFS_MAX_SETS && dir->sets[i]; i++) {
		if (dir->sets[i]->find(obj, name, &child) == 0) {
			*out = set_ref(obj, i, child);
			return 0;
		}
	}
	return -ENOENT;
}

static int list_child(const struct sysfs_obj *dir, unsigned set, struct sysfs_ref child,
		      const struct visit *visit)
{
	const struct sysfs_set *s = dir_of(dir->ref)->sets[set];
	char name[SYSFS_NAME_MAX];
	struct sysfs_obj obj;

	if (sysfs_resolve(dir->tree, child, &obj) < 0)
		return 0;
	if (s->name)
		s->name(&obj, name);
	else
		sysfs_dir_name(&obj, name);
	return visit->emit(visit->user, name, set_ref(dir, set, child));
}

static int list_set(const struct sysfs_obj *dir, unsigned set, const struct visit *visit)
{
	const struct sysfs_set *s = dir_of(dir->ref)->sets[set];
	struct sysfs_ref child;
	int in, r = 0;

	for (size_t i = 0; r == 0 && (in = s->at(dir, i, &child)) >= 0; i++) {
		if (in == 0)
			r = list_child(dir, set, child, visit);
	}
	return r;
}

static int list_sets(const struct sysfs_obj *obj, const struct visit *visit)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < SYSFS_MAX_SETS && dir_of(obj->ref)->sets[i]; i++)
		r = list_set(obj, i, visit);
	return r;
}

/* --- a directory -------------------------------------------------------------------------- */

static int resolve_dir(const struct sysfs_tree *tree, struct sysfs_ref dir, struct sysfs_obj *obj)
{
	return sysfs_type(dir) == SYSFS_TYPE_DIR ? sysfs_resolve(tree, dir, obj) : -ENOTDIR;
}

static int visit_power_attrs(const struct sysfs_obj *obj, const struct visit *visit)
{
	return visit_attrs(obj, sysfs_power_attrs, SYSFS_LEAF_POWER_ATTR, visit);
}

static int take(void *user, const char *name, struct sysfs_ref ref)
{
	(void)name;
	*(struct sysfs_ref *)user = ref;
	return 1;
}

int sysfs_lookup(const struct sysfs_tree *tree, struct sysfs_ref dir, const char *name,
		 struct sysfs_ref *out)
{
	const struct visit visit = { .name = name, .emit = take, .user = out };
	struct sysfs_obj obj;
	int r = resolve_dir(tree, dir, &obj);

	if (r < 0)
		return r;
	if (dir.leaf == SYSFS_LEAF_POWER)
		return visit_power_attrs(&obj, &visit) ? 0 : -ENOENT;
	return visit_named(&obj, &visit) ? 0 : find_in_sets(&obj, name, out);
}

int sysfs_list(const struct sysfs_tree *tree, struct sysfs_ref dir, emit_fn emit, void *user)
{
	const struct visit visit = { .emit = emit, .user = user };
	struct sysfs_obj obj;
	int r = resolve_dir(tree, dir, &obj);

	if (r < 0)
		return r;
	if (dir.leaf == SYSFS_LEAF_POWER)
		return visit_power_attrs(&obj, &visit);
	r = visit_named(&obj, &visit);
	return r ? r : list_sets(&obj, &visit);
}

bool sysfs_keeps_list(struct sysfs_ref dir)
{
	return dir.leaf == SYSFS_LEAF_DIR && dir_of(dir)->keep_list;
}

/* --- how many ----------------------------------------------------------------------------- */

static int count(void *user, const char *name, struct sysfs_ref ref)
{
	(void)name;
	(void)ref;
	++*(nlink_t *)user;
	return 0;
}

static nlink_t count_set(const struct sysfs_obj *dir, const struct sysfs_set *set)
{
	struct sysfs_ref child;
	nlink_t nr = 0;
	int in;

	for (size_t i = 0; (in = set->at(dir, i, &child)) >= 0; i++)
		nr += in == 0;
	return nr;
}

/* Makes no name: a region may have thousands, and each new one changes it. */
nlink_t sysfs_count_dirs(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	const struct sysfs_dir *dir = dir_of(ref);
	struct sysfs_obj obj;
	nlink_t nr = 0;

	if (ref.leaf == SYSFS_LEAF_POWER || sysfs_resolve(tree, ref, &obj) < 0)
		return 0;
	visit_fixed(&obj, &(struct visit){ .emit = count, .user = &nr });
	for (unsigned i = 0; i < SYSFS_MAX_SETS && dir->sets[i]; i++) {
		if (dir->sets[i]->type == SYSFS_TYPE_DIR)
			nr += count_set(&obj, dir->sets[i]);
	}
	return nr + has_power(&obj);
}
