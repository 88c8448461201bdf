/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree as paths and texts. */
#include "fixture.h"

#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "tests/support/tree_path.h"

/* Static regions by letter: what their NVDIMM is like. */
static const struct nvdimm {
	char letter;
	enum dax_deep_flush deep_flush;
	enum dax_persistence persistence;
} nvdimms[] = {
	{ 'p', DAX_FLUSH_ABSENT, DAX_PERSIST_ABSENT },
	{ 'n', DAX_FLUSH_NEEDLESS, DAX_PERSIST_CPU_CACHE },
	{ 'w', DAX_FLUSH_WORKS, DAX_PERSIST_MEMORY_CONTROLLER },
	{ 'r', DAX_FLUSH_READ_ONLY, DAX_PERSIST_ABSENT },
	{ 'f', DAX_FLUSH_FAILS, DAX_PERSIST_ABSENT },
};

/* NULL for a dynamic region. */
static const struct nvdimm *nvdimm_of(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(nvdimms); i++)
		if (nvdimms[i].letter == tolower(letter))
			return &nvdimms[i];
	return NULL;
}

static void add_region(struct fixture *fixture, char letter, int id)
{
	const struct nvdimm *nvdimm = nvdimm_of(letter);
	struct dax_region_config config = {
		.id = id,
		.kind = nvdimm ? DAX_REGION_PMEM : DAX_REGION_HMEM,
		.deep_flush = nvdimm ? nvdimm->deep_flush : DAX_FLUSH_ABSENT,
		.persistence = nvdimm ? nvdimm->persistence : DAX_PERSIST_ABSENT,
		.span = { (4 + 2 * (uint64_t)id) * GIB, 2 * GIB },
		.align = 2 * MIB,
		.numa_node = 0,
		.target_node = 1,
		.idle = tolower(letter) == 'i',
	};
	int driver = islower(letter) && letter != 'i' ? DAX_DEVICE_DAX : -1;
	struct dax_region *region;

	assert_int_equal(dax_region_add(fixture->model, &config, driver, &region), 0);
}

void fixture_begin(struct fixture *fixture, const char *abi, const char *regions)
{
	struct dax_model_config config = { .profile = dax_profile_find(abi),
					   .memblock_size = 128 * MIB,
					   .online_nodes = 1 };

	assert_non_null(config.profile);
	*fixture = (struct fixture){ 0 };
	assert_int_equal(dax_model_new(&fixture->model, &config), 0);
	fixture->tree = (struct sysfs_tree){
		.model = fixture->model, .real_sys = -1, .real_proc = -1, .device_files = true
	};
	dirty_init(&fixture->dirty, NULL, NULL);
	watch_init(&fixture->watch, &fixture->tree, &fixture->dirty);
	for (int i = 0; regions[i]; i++)
		add_region(fixture, regions[i], i);
}

void fixture_end(struct fixture *fixture)
{
	dax_model_free(fixture->model);
	watch_free(&fixture->watch);
	dirty_free(&fixture->dirty);
	sysfs_tree_free(&fixture->tree);
}

int fixture_find(const struct fixture *fixture, const char *path, struct sysfs_ref *out)
{
	return tree_find(&fixture->tree, path, out);
}

long fixture_write(const struct fixture *fixture, const char *path, const char *text)
{
	struct sysfs_ref ref;
	int r = fixture_find(fixture, path, &ref);

	return r < 0 ? r : sysfs_store(&fixture->tree, ref, text, strlen(text));
}

static int read_ref(const struct fixture *fixture, struct sysfs_ref ref, struct strbuf *out)
{
	if (sysfs_type(ref) == SYSFS_TYPE_LINK)
		return sysfs_readlink(&fixture->tree, ref, out);
	return sysfs_show(&fixture->tree, ref, out);
}

const char *fixture_read(const struct fixture *fixture, const char *path)
{
	static char answer[4200];
	_cleanup_strbuf_ struct strbuf text = { 0 };
	struct sysfs_ref ref;
	int r = fixture_find(fixture, path, &ref);

	if (r == 0)
		r = read_ref(fixture, ref, &text);
	if (r < 0)
		snprintf(answer, sizeof(answer), "ERROR %d", r);
	else
		snprintf(answer, sizeof(answer), "%s", text.text ? text.text : "");
	return answer;
}

/* --- the whole tree ----------------------------------------------------------------------- */

struct names {
	char *names[256];
	size_t nr;
};

static int collect(void *user, const char *name, struct sysfs_ref ref)
{
	struct names *names = user;

	(void)ref;
	assert_true(names->nr < ARRAY_SIZE(names->names));
	names->names[names->nr++] = strdup(name);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_text(struct strbuf *out, const char *text)
{
	for (; text && *text; text++)
		strbuf_printf(out, *text == '\n' ? "\\n" : "%c", *text);
}

static void print_file(const struct fixture *fixture, struct sysfs_ref ref, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf text = { 0 };
	struct stat st;
	int r;

	sysfs_stat(&fixture->tree, ref, &st);
	switch (sysfs_type(ref)) {
	case SYSFS_TYPE_DIR:
		strbuf_printf(out, "dir mode=%04o nlink=%u", st.st_mode & 07777,
			      (unsigned)st.st_nlink);
		break;
	case SYSFS_TYPE_LINK:
		assert_int_equal(sysfs_readlink(&fixture->tree, ref, &text), 0);
		strbuf_printf(out, "lnk -> %s", text.text);
		break;
	case SYSFS_TYPE_ATTR:
		strbuf_printf(out, "reg mode=%04o : ", st.st_mode & 07777);
		r = st.st_mode & 0444 ? sysfs_show(&fixture->tree, ref, &text) : 0;
		if (r < 0)
			strbuf_printf(out, "%s", strerrorname_np(-r));
		print_text(out, text.text);
		break;
	default:
		strbuf_printf(out, "%s mode=%04o", S_ISCHR(st.st_mode) ? "chr" : "reg",
			      st.st_mode & 07777);
	}
	strbuf_printf(out, "\n");
}

static void dump(const struct fixture *fixture, struct sysfs_ref ref, const char *path,
		 struct strbuf *out)
{
	struct names names = { .nr = 0 };

	strbuf_printf(out, "%s\t", path);
	print_file(fixture, ref, out);
	if (sysfs_type(ref) != SYSFS_TYPE_DIR)
		return;
	assert_int_equal(sysfs_list(&fixture->tree, ref, collect, &names), 0);
	qsort(names.names, names.nr, sizeof(char *), compare);
	for (size_t i = 0; i < names.nr; i++) {
		_cleanup_strbuf_ struct strbuf below = { 0 };
		struct sysfs_ref child;

		strbuf_printf(&below, "%s/%s", path, names.names[i]);
		/* What is listed is found. */
		assert_int_equal(sysfs_lookup(&fixture->tree, ref, names.names[i], &child), 0);
		dump(fixture, child, below.text, out);
		free(names.names[i]);
	}
}

char *fixture_dump(const struct fixture *fixture, const char *path)
{
	struct strbuf out = { 0 };
	struct sysfs_ref ref;

	assert_int_equal(fixture_find(fixture, path, &ref), 0);
	dump(fixture, ref, path, &out);
	return out.text;
}
