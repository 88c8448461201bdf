/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walks the rows of dirs.h: finds names, makes paths and link texts, tells modes, and hands reads
 * and writes to the attributes.
 */
#include "sysfs-emu/tree.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/util.h"
#include "daxemu/proto.h"
#include "sysfs-emu/dirs.h"

static_assert((unsigned)SYSFS_MODULE_KMEM == DAX_KMEM &&
		      (unsigned)SYSFS_MODULE_FSDEV_DAX == DAX_FSDEV_DAX,
	      "a driver's module has its number");

void sysfs_tree_free(struct sysfs_tree *tree)
{
	meta_free(&tree->meta);
	host_memory_free(&tree->host);
}

/* --- refs --------------------------------------------------------------------------------- */

static const struct sysfs_dir *dir_of(struct sysfs_ref ref)
{
	return sysfs_dir_of(ref.kind);
}

static const struct sysfs_set *set_of(struct sysfs_ref ref)
{
	unsigned i = ref.leaf - SYSFS_LEAF_SET;

	return i < SYSFS_MAX_SETS ? dir_of(ref)->sets[i] : NULL;
}

/* A bounded walk: a forged id may point past the end of a table. */
static const struct sysfs_attr *nth_attr(const struct sysfs_attr *attr, unsigned n)
{
	while (attr && attr->name && n--)
		attr++;
	return attr && attr->name ? attr : NULL;
}

static const struct sysfs_link *nth_link(const struct sysfs_link *link, unsigned n)
{
	while (link && link->name && n--)
		link++;
	return link && link->name ? link : NULL;
}

static const struct sysfs_attr *attr_of(struct sysfs_ref ref)
{
	if (ref.leaf >= SYSFS_LEAF_POWER_ATTR && ref.leaf < SYSFS_LEAF_SET)
		return nth_attr(sysfs_power_attrs, ref.leaf - SYSFS_LEAF_POWER_ATTR);
	if (ref.leaf >= SYSFS_LEAF_ATTR && ref.leaf < SYSFS_LEAF_LINK)
		return nth_attr(dir_of(ref)->attrs, ref.leaf - SYSFS_LEAF_ATTR);
	return NULL;
}

static struct sysfs_ref with_leaf(struct sysfs_ref dir, unsigned leaf)
{
	dir.leaf = leaf;
	return dir;
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

/* --- paths -------------------------------------------------------------------------------- */

/* Writes the name of a directory's own entry. */
static void dir_name(const struct sysfs_obj *obj, char *name)
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
		dir_name(&objs[i], name);
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

/* --- names in a directory ----------------------------------------------------------------- */

static mode_t attr_mode(const struct sysfs_obj *obj, const struct sysfs_attr *attr)
{
	return attr->visible ? attr->visible(obj, attr->mode) : attr->mode;
}

static int find_attr(const struct sysfs_obj *obj, const struct sysfs_attr *attrs, unsigned leaf,
		     const char *name, struct sysfs_ref *out)
{
	for (const struct sysfs_attr *a = attrs; a && a->name; a++, leaf++) {
		if (strcmp(a->name, name) == 0 && attr_mode(obj, a)) {
			*out = with_leaf(obj->ref, leaf);
			return 0;
		}
	}
	return -ENOENT;
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

static int find_link(const struct sysfs_obj *obj, const char *name, struct sysfs_ref *out)
{
	const struct sysfs_link *links = dir_of(obj->ref)->links;
	struct sysfs_ref target;

	for (unsigned i = 0; links && links[i].name; i++) {
		if (strcmp(links[i].name, name) == 0 && links[i].target(obj, &target) == 0) {
			*out = link_ref(obj, SYSFS_LEAF_LINK + i, target);
			return 0;
		}
	}
	return -ENOENT;
}

static bool is_visible(const struct sysfs_tree *tree, enum sysfs_kind kind)
{
	struct sysfs_obj obj = { .tree = tree, .model = tree->model, .ref = { .kind = kind } };

	return !sysfs_dir_of(kind)->visible || sysfs_dir_of(kind)->visible(&obj);
}

static bool is_fixed_child(enum sysfs_kind kind, enum sysfs_kind parent)
{
	return sysfs_dir_of(kind)->name && sysfs_dir_of(kind)->parent == parent;
}

static int find_fixed(const struct sysfs_obj *obj, const char *name, struct sysfs_ref *out)
{
	for (int kind = 0; kind < SYSFS_NR_KINDS; kind++) {
		enum sysfs_kind k = (enum sysfs_kind)kind;

		if (is_fixed_child(k, obj->ref.kind) && strcmp(sysfs_dir_of(k)->name, name) == 0 &&
		    is_visible(obj->tree, k)) {
			*out = (struct sysfs_ref){ .kind = k };
			return 0;
		}
	}
	return -ENOENT;
}

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

static bool has_power(const struct sysfs_obj *obj)
{
	return dir_of(obj->ref)->has_power && dir_of(obj->ref)->has_power(obj);
}

static int find_in_dir(const struct sysfs_obj *obj, const char *name, struct sysfs_ref *out)
{
	const struct sysfs_dir *dir = dir_of(obj->ref);

	if (find_attr(obj, dir->attrs, SYSFS_LEAF_ATTR, name, out) == 0 ||
	    find_link(obj, name, out) == 0 || find_fixed(obj, name, out) == 0)
		return 0;
	if (strcmp(name, "power") == 0 && has_power(obj)) {
		*out = with_leaf(obj->ref, SYSFS_LEAF_POWER);
		return 0;
	}
	return find_in_sets(obj, name, out);
}

int sysfs_lookup(const struct sysfs_tree *tree, struct sysfs_ref dir, const char *name,
		 struct sysfs_ref *out)
{
	struct sysfs_obj obj;
	int r;

	if (sysfs_type(dir) != SYSFS_TYPE_DIR)
		return -ENOTDIR;
	r = sysfs_resolve(tree, dir, &obj);
	if (r < 0)
		return r;
	if (dir.leaf == SYSFS_LEAF_POWER)
		return find_attr(&obj, sysfs_power_attrs, SYSFS_LEAF_POWER_ATTR, name, out);
	return find_in_dir(&obj, name, out);
}

/* --- listing ------------------------------------------------------------------------------ */

typedef int (*emit_fn)(void *user, const char *name, struct sysfs_ref ref);

static int list_attrs(const struct sysfs_obj *obj, const struct sysfs_attr *attrs, unsigned leaf,
		      emit_fn emit, void *user)
{
	int r = 0;

	for (const struct sysfs_attr *a = attrs; r >= 0 && a && a->name; a++, leaf++) {
		if (attr_mode(obj, a))
			r = emit(user, a->name, with_leaf(obj->ref, leaf));
	}
	return r;
}

static int list_links(const struct sysfs_obj *obj, emit_fn emit, void *user)
{
	const struct sysfs_link *links = dir_of(obj->ref)->links;
	struct sysfs_ref target;
	int r = 0;

	for (unsigned i = 0; r >= 0 && links && links[i].name; i++) {
		if (links[i].target(obj, &target) == 0)
			r = emit(user, links[i].name, link_ref(obj, SYSFS_LEAF_LINK + i, target));
	}
	return r;
}

static int list_fixed(const struct sysfs_obj *obj, emit_fn emit, void *user)
{
	int r = 0;

	for (int kind = 0; r >= 0 && kind < SYSFS_NR_KINDS; kind++) {
		enum sysfs_kind k = (enum sysfs_kind)kind;

		if (is_fixed_child(k, obj->ref.kind) && !sysfs_dir_of(k)->unlisted &&
		    is_visible(obj->tree, k))
			r = emit(user, sysfs_dir_of(k)->name, (struct sysfs_ref){ .kind = k });
	}
	return r;
}

static int list_child(const struct sysfs_obj *dir, unsigned set, struct sysfs_ref child,
		      emit_fn emit, void *user)
{
	const struct sysfs_set *s = dir_of(dir->ref)->sets[set];
	char name[SYSFS_NAME_MAX];
	struct sysfs_obj obj;

	if (sysfs_resolve(dir->tree, child, &obj) < 0)
		return 0;
	if (s->name)
		s->name(&obj, name);
	else
		dir_name(&obj, name);
	return emit(user, name, set_ref(dir, set, child));
}

static int list_set(const struct sysfs_obj *dir, unsigned set, emit_fn emit, void *user)
{
	const struct sysfs_set *s = dir_of(dir->ref)->sets[set];
	struct sysfs_ref child;
	int r = 0;

	for (size_t i = 0; r >= 0; i++) {
		int in = s->at(dir, i, &child);

		if (in < 0)
			break;
		if (in == 0)
			r = list_child(dir, set, child, emit, user);
	}
	return r;
}

static int list_sets(const struct sysfs_obj *obj, emit_fn emit, void *user)
{
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < SYSFS_MAX_SETS && dir_of(obj->ref)->sets[i]; i++)
		r = list_set(obj, i, emit, user);
	return r;
}

static int list_dir(const struct sysfs_obj *obj, emit_fn emit, void *user)
{
	int r = list_attrs(obj, dir_of(obj->ref)->attrs, SYSFS_LEAF_ATTR, emit, user);

	if (r >= 0)
		r = list_links(obj, emit, user);
	if (r >= 0 && has_power(obj))
		r = emit(user, "power", with_leaf(obj->ref, SYSFS_LEAF_POWER));
	if (r >= 0)
		r = list_fixed(obj, emit, user);
	if (r >= 0)
		r = list_sets(obj, emit, user);
	return r;
}

int sysfs_list(const struct sysfs_tree *tree, struct sysfs_ref dir, emit_fn emit, void *user)
{
	struct sysfs_obj obj;
	int r;

	if (sysfs_type(dir) != SYSFS_TYPE_DIR)
		return -ENOTDIR;
	r = sysfs_resolve(tree, dir, &obj);
	if (r < 0)
		return r;
	if (dir.leaf == SYSFS_LEAF_POWER)
		r = list_attrs(&obj, sysfs_power_attrs, SYSFS_LEAF_POWER_ATTR, emit, user);
	else
		r = list_dir(&obj, emit, user);
	return r < 0 ? r : 0;
}

bool sysfs_is_merged(struct sysfs_ref dir)
{
	return dir.leaf == SYSFS_LEAF_DIR && dir_of(dir)->merged;
}

bool sysfs_keeps_list(struct sysfs_ref dir)
{
	return dir.leaf == SYSFS_LEAF_DIR && dir_of(dir)->keep_list;
}

/*
 * A block of the host's memory that is not shown: where the emulated machine has a region there is
 * device memory, and system memory only once kmem made it so. Blocks of another size are cut anew.
 */
static bool hides_block(const struct sysfs_tree *tree, const char *name)
{
	uint64_t index;

	if (names_parse_number(name, "memory", &index) < 0)
		return false;
	return tree->host.nr || sysfs_block_in_region(tree->model, index);
}

static bool is_driver_module(const char *name)
{
	for (int i = 0; i < DAX_NR_DRIVERS; i++) {
		if (strcmp(name, sysfs_modules[i].name) == 0)
			return true;
	}
	return false;
}

/* Of the machine's NVDIMM bus, which ours stands for. */
static bool is_other_ndctl(const struct sysfs_tree *tree, const char *name)
{
	uint64_t number;

	return sysfs_has_regions(tree->model, DAX_REGION_PMEM) &&
	       names_parse_number(name, "ndctl", &number) == 0;
}

bool sysfs_hides(const struct sysfs_tree *tree, struct sysfs_ref dir, const char *name)
{
	struct dax_id id;

	switch (dir.kind) {
	case SYSFS_CLASS:
		/* daxctl takes /sys/class/dax for the old layout. */
		return strcmp(name, "dax") == 0;
	case SYSFS_MODULES:
		return is_driver_module(name);
	case SYSFS_MEMORY:
	case SYSFS_BUS_MEMORY_DEVICES:
	case SYSFS_NODE:
		return hides_block(tree, name);
	case SYSFS_DEVFS:
		return names_parse_dev(name, &id) == 0 || is_other_ndctl(tree, name);
	default:
		return false;
	}
}

/* --- stat --------------------------------------------------------------------------------- */

static int count_fixed(void *user, const char *name, struct sysfs_ref ref)
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

/* Directories in @ref. Makes no name: a region may have thousands, and each new one changes it. */
static nlink_t count_dirs(const struct sysfs_tree *tree, struct sysfs_ref ref)
{
	const struct sysfs_dir *dir = dir_of(ref);
	struct sysfs_obj obj;
	nlink_t nr = 0;

	if (ref.leaf == SYSFS_LEAF_POWER || sysfs_resolve(tree, ref, &obj) < 0)
		return 0;
	list_fixed(&obj, count_fixed, &nr);
	for (unsigned i = 0; i < SYSFS_MAX_SETS && dir->sets[i]; i++) {
		if (dir->sets[i]->type == SYSFS_TYPE_DIR)
			nr += count_set(&obj, dir->sets[i]);
	}
	return nr + has_power(&obj);
}

static void stat_dir(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	st->st_mode = S_IFDIR | 0755;
	st->st_nlink = 2 + count_dirs(tree, ref);
}

static void stat_attr(const struct sysfs_tree *tree, struct sysfs_ref ref, struct stat *st)
{
	const struct sysfs_attr *attr = attr_of(ref);
	struct sysfs_obj obj;
	mode_t mode = attr ? attr->mode : 0;

	if (attr && sysfs_resolve(tree, ref, &obj) == 0)
		mode = attr_mode(&obj, attr);
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

/* --- links, reads, writes ----------------------------------------------------------------- */

static int link_target(const struct sysfs_obj *obj, struct sysfs_ref ref, struct sysfs_ref *out)
{
	const struct sysfs_set *set = set_of(ref);
	const struct sysfs_link *link;

	if (ref.leaf < SYSFS_LEAF_SET) {
		link = nth_link(dir_of(ref)->links, ref.leaf - SYSFS_LEAF_LINK);
		return link ? link->target(obj, out) : -ENOENT;
	}
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

	if (sysfs_type(ref) != SYSFS_TYPE_LINK || sysfs_resolve(tree, dir, &obj) < 0 ||
	    link_target(&obj, ref, &target) < 0)
		return -ENOENT;
	return print_link(tree, dir, target, out);
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
	const struct sysfs_attr *attr = attr_of(ref);
	struct sysfs_obj obj;

	if (!attr || sysfs_resolve(tree, ref, &obj) < 0)
		return -ENODEV;
	return attr->show ? attr->show(&obj, out) : -EIO;
}

void sysfs_redact(struct sysfs_ref ref, struct strbuf *text)
{
	const struct sysfs_attr *attr = attr_of(ref);

	if (attr && attr->redact)
		attr->redact(text);
}

ssize_t sysfs_store(const struct sysfs_tree *tree, struct sysfs_ref ref, const char *buf,
		    size_t size)
{
	const struct sysfs_attr *attr = attr_of(ref);
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
