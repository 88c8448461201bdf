/* SPDX-License-Identifier: BSD-3-Clause */
/* /sys/devices/system/memory and its memoryN. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/util.h"
#include "sysfs-emu/attr.h"
#include "sysfs-emu/names.h"
#include "sysfs-emu/tree.h"

static const char *const policies[] = {
	[DAX_OFFLINE] = "offline",
	[DAX_ONLINE] = "online",
	[DAX_ONLINE_KERNEL] = "online_kernel",
	[DAX_ONLINE_MOVABLE] = "online_movable",
};

/* Return: 0, -EINVAL. Source: Linux mm/memory_hotplug.c, mhp_online_type_from_str(). */
static int parse_policy(const char *text, enum dax_online_policy *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		if (names_equal(text, policies[i])) {
			*out = (enum dax_online_policy)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* A file that always reads the same. */
#define SHOW_TEXT(function, text)                                            \
	static int function(const struct sysfs_obj *obj, struct strbuf *out) \
	{                                                                    \
		(void)obj;                                                   \
		return strbuf_printf(out, "%s", text);                       \
	}

SHOW_TEXT(show_0, "0\n")
SHOW_TEXT(show_1, "1\n")

/* --- all of memory ------------------------------------------------------------------------ */

static int auto_online_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s\n", policies[obj->model->config.auto_online]);
}

static int auto_online_store(const struct sysfs_obj *obj, const char *text)
{
	return parse_policy(text, &obj->model->config.auto_online);
}

static int block_size_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%" PRIx64 "\n", obj->model->config.memblock_size);
}

static mode_t by_profile(const struct sysfs_obj *obj, mode_t mode)
{
	return obj->model->config.profile->has_crash_hotplug ? mode : 0;
}

/* No page of the host's is taken offline. */
static int offline_page_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	(void)text;
	return -EPERM;
}

const struct sysfs_attr sysfs_memory_attrs[] = {
	{ "auto_online_blocks", 0644, auto_online_show, auto_online_store },
	{ "block_size_bytes", 0444, block_size_show },
	{ "crash_hotplug", 0444, show_0, .visible = by_profile },
	{ "hard_offline_page", 0200, NULL, offline_page_store },
	{ "soft_offline_page", 0200, NULL, offline_page_store },
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ 0 },
};

/* --- one block ---------------------------------------------------------------------------- */

static int set_policy(const struct sysfs_obj *obj, enum dax_online_policy policy)
{
	return dax_block_set(obj->model, obj->block->index, policy);
}

static int online_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%d\n", obj->block->online);
}

/* As it is already: fine, unlike with `state`. */
static int online_store(const struct sysfs_obj *obj, const char *text)
{
	bool on;
	int r = parse_bool(text, obj->model->config.profile->bool_enable_disable, &on);

	if (r < 0)
		return r;
	return on == obj->block->online ? 0 : set_policy(obj, on ? DAX_ONLINE : DAX_OFFLINE);
}

static int phys_index_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%08" PRIx64 "\n", obj->block->index);
}

static int state_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%s\n", obj->block->online ? "online" : "offline");
}

static int state_store(const struct sysfs_obj *obj, const char *text)
{
	enum dax_online_policy policy;
	int r = parse_policy(text, &policy);

	return r < 0 ? r : set_policy(obj, policy);
}

/* Offline: where it may go, the kernel's own choice first. */
static int valid_zones_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	const struct dax_block *block = obj->block;
	enum dax_online_policy kind =
		block->online ? block->kind : dax_block_default_kind(obj->model, block);
	bool movable = kind == DAX_ONLINE_MOVABLE;

	if (!block->online)
		return strbuf_printf(out, movable ? "Movable Normal\n" : "Normal Movable\n");
	return strbuf_printf(out, "%s\n", movable ? "Movable" : "Normal");
}

const struct sysfs_attr sysfs_block_attrs[] = {
	{ "online", 0644, online_show, online_store },
	{ "phys_device", 0444, show_0 },
	{ "phys_index", 0444, phys_index_show },
	{ "removable", 0444, show_1 },
	{ "state", 0644, state_show, state_store },
	{ "uevent", 0644, sysfs_show_nothing, .store_bytes = sysfs_uevent_store },
	{ "valid_zones", 0444, valid_zones_show },
	{ 0 },
};

/* --- one block of the host's, cut anew ---------------------------------------------------- */

/* What the host says of the block that it lies in. */
static int show_real(const struct sysfs_obj *obj, struct strbuf *out, const char *name)
{
	char path[80], text[SYSFS_PAGE];
	int r;

	snprintf(path, sizeof(path), "devices/system/memory/memory%" PRIu64 "/%s",
		 obj->host_block->real, name);
	r = sysfs_real_text(obj->tree, path, text, sizeof(text));
	return r < 0 ? r : strbuf_printf(out, "%s", text);
}

#define SHOW_REAL(function, name)                                            \
	static int function(const struct sysfs_obj *obj, struct strbuf *out) \
	{                                                                    \
		return show_real(obj, out, name);                            \
	}

SHOW_REAL(host_online_show, "online")
SHOW_REAL(host_phys_device_show, "phys_device")
SHOW_REAL(host_removable_show, "removable")
SHOW_REAL(host_state_show, "state")
SHOW_REAL(host_valid_zones_show, "valid_zones")

static int host_phys_index_show(const struct sysfs_obj *obj, struct strbuf *out)
{
	return strbuf_printf(out, "%08" PRIx64 "\n", obj->host_block->index);
}

/* Nothing reaches the host. */
static int host_store(const struct sysfs_obj *obj, const char *text)
{
	(void)obj;
	(void)text;
	return -EROFS;
}

const struct sysfs_attr sysfs_host_block_attrs[] = {
	{ "online", 0644, host_online_show, host_store },
	{ "phys_device", 0444, host_phys_device_show },
	{ "phys_index", 0444, host_phys_index_show },
	{ "removable", 0444, host_removable_show },
	{ "state", 0644, host_state_show, host_store },
	{ "uevent", 0644, sysfs_show_nothing, host_store },
	{ "valid_zones", 0444, host_valid_zones_show },
	{ 0 },
};
