/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Uevents as the kernel writes them. The variables of an object are what its `uevent` file shows:
 * the kernel makes both with the same function, so do we.
 */
#include "sysfs-emu/uevent_text.h"

#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "sysfs-emu/tree_priv.h"

/* What the kernel has room for. Source: Linux include/linux/kobject.h, UEVENT_NUM_ENVP. */
enum { MAX_BYTES = 2048, MAX_VARIABLES = 64 };

/* --- what the kernel says of an object ---------------------------------------------------- */

/* The kset or the bus of a directory; NULL: its events are sent to nobody. */
static const char *subsystem_of(const struct sysfs_obj *obj)
{
	static const char *const names[SYSFS_NR_KINDS] = {
		[SYSFS_BUS_DAX] = "bus",
		[SYSFS_BUS_ND] = "bus",
		[SYSFS_DRIVER] = "drivers",
		[SYSFS_DAX_PMEM_DRIVER] = "drivers",
		[SYSFS_ND_BUS_DRIVER] = "drivers",
		[SYSFS_ND_PMEM_DRIVER] = "drivers",
		[SYSFS_ND_REGION_DRIVER] = "drivers",
		[SYSFS_NVDIMM_DRIVER] = "drivers",
		[SYSFS_HMEM_DRIVER] = "drivers",
		[SYSFS_HMEM_PLATFORM_DRIVER] = "drivers",
		[SYSFS_E820_DRIVER] = "drivers",
		[SYSFS_HMEM_PLATFORM] = "platform",
		[SYSFS_E820] = "platform",
		[SYSFS_NDBUS] = "nd",
		[SYSFS_NDCTL] = "nd",
		[SYSFS_ND_REGION] = "nd",
		[SYSFS_NAMESPACE] = "nd",
		[SYSFS_DAX_SEED] = "nd",
		[SYSFS_PFN_SEED] = "nd",
		[SYSFS_BTT_SEED] = "nd",
		[SYSFS_DEVICE] = "dax",
		[SYSFS_BLOCK] = "memory",
		[SYSFS_NODE] = "node",
		[SYSFS_TIER] = "memory_tiering",
		[SYSFS_MODULE] = "module",
	};

	if (obj->ref.kind == SYSFS_REGION)
		return obj->region->config.kind == DAX_REGION_PMEM ? "nd" : "platform";
	return names[obj->ref.kind];
}

/* Also of an object that has just left the tree: its parent is still there. */
static int print_path(const struct sysfs_obj *obj, struct strbuf *out)
{
	const struct sysfs_dir *dir = sysfs_dir_of(obj->ref.kind);
	struct sysfs_ref parent = { .kind = dir->parent };
	char name[SYSFS_NAME_MAX];
	int r;

	if (dir->find_parent)
		dir->find_parent(obj, &parent);
	r = strbuf_printf(out, "/");
	if (r == 0)
		r = sysfs_path(obj->tree, parent, out);
	if (r < 0)
		return r;
	sysfs_dir_name(obj, name);
	return strbuf_printf(out, "/%s", name);
}

static const struct sysfs_attr *uevent_attr(const struct sysfs_obj *obj)
{
	for (const struct sysfs_attr *a = sysfs_dir_of(obj->ref.kind)->attrs; a && a->name; a++) {
		if (strcmp(a->name, "uevent") == 0)
			return a;
	}
	return NULL;
}

/* An unbound device must not be taken for one that wants a driver. Source: zap_modalias_env(). */
static bool is_dropped(const char *action, const char *line)
{
	return strcmp(action, "unbind") == 0 && strncmp(line, "MODALIAS=", 9) == 0;
}

/* The lines of the `uevent` file, as words. */
static int print_variables(const struct sysfs_obj *obj, const char *action, struct strbuf *out)
{
	const struct sysfs_attr *attr = uevent_attr(obj);
	_cleanup_strbuf_ struct strbuf lines = { 0 };
	int r = attr && attr->show ? attr->show(obj, &lines) : 0;

	for (char *line = lines.text; r == 0 && line && *line;) {
		char *end = strchr(line, '\n');

		*end = '\0';
		if (!is_dropped(action, line))
			r = strbuf_printf(out, "%s%c", line, '\0');
		line = end + 1;
	}
	return r;
}

static int print_head(const struct sysfs_obj *obj, const char *action, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf path = { 0 };
	int r = print_path(obj, &path);

	if (r < 0)
		return r;
	return strbuf_printf(out, "%s@%s%cACTION=%s%cDEVPATH=%s%cSUBSYSTEM=%s%c", action, path.text,
			     '\0', action, '\0', path.text, '\0', subsystem_of(obj), '\0');
}

/* --- events of the model ------------------------------------------------------------------ */

static const char *const actions[] = {
	[DAX_ADD] = "add",	 [DAX_REMOVE] = "remove",	[DAX_BIND] = "bind",
	[DAX_UNBIND] = "unbind", [DAX_ONLINE_EVENT] = "online", [DAX_OFFLINE_EVENT] = "offline",
};

static int send_event(const struct sysfs_obj *obj, enum dax_action action, uevent_sink sink,
		      void *user)
{
	_cleanup_strbuf_ struct strbuf message = { 0 };
	int r = print_head(obj, actions[action], &message);

	if (r == 0)
		r = print_variables(obj, actions[action], &message);
	return r < 0 ? r : sink(user, message.text, message.len);
}

/* The directory that is, or was, the object's. @block: room for a block that is gone. */
static struct sysfs_obj object_of(const struct sysfs_tree *tree, const struct dax_event *event,
				  struct dax_block *block)
{
	struct sysfs_obj obj = { .tree = tree, .model = tree->model };

	switch (event->object) {
	case DAX_OBJ_DEV:
		obj.ref = (struct sysfs_ref){ .kind = SYSFS_DEVICE, .serial = event->dev->serial };
		obj.dev = (struct dax_dev *)event->dev;
		obj.region = event->dev->region;
		break;
	case DAX_OBJ_REGION:
		obj.ref = sysfs_region_ref(event->region);
		obj.region = (struct dax_region *)event->region;
		break;
	case DAX_OBJ_BLOCK:
		*block = (struct dax_block){ .index = event->block, .node = event->node };
		obj.ref = (struct sysfs_ref){ .kind = SYSFS_BLOCK, .serial = event->block };
		obj.block = block;
		break;
	case DAX_OBJ_NODE:
		obj.ref = (struct sysfs_ref){ .kind = SYSFS_NODE, .index = (uint32_t)event->node };
		break;
	case DAX_OBJ_TIER:
		obj.ref = (struct sysfs_ref){ .kind = SYSFS_TIER, .index = SYSFS_SLOW_TIER };
		break;
	case DAX_OBJ_DRIVER:
		obj.ref = (struct sysfs_ref){ .kind = SYSFS_DRIVER,
					      .index = (uint32_t)event->driver };
		break;
	}
	return obj;
}

int uevent_from_model(const struct sysfs_tree *tree, const struct dax_event *event,
		      uevent_sink sink, void *user)
{
	struct dax_block block;
	struct sysfs_obj obj = object_of(tree, event, &block);
	int r = send_event(&obj, event->action, sink, user);

	if (r < 0 || event->object != DAX_OBJ_DRIVER)
		return r;
	obj.ref.kind = SYSFS_MODULE; /* has the number of its driver */
	return send_event(&obj, event->action, sink, user);
}

/* --- synthetic events --------------------------------------------------------------------- */

/* " A=1 B=2" becomes the words SYNTH_ARG_A=1 and SYNTH_ARG_B=2. */
static int print_arguments(const struct uevent_request *request, struct strbuf *out)
{
	const char *s = request->args, *end = s + request->args_len;
	int r = 0;

	while (r == 0 && s < end) {
		const char *blank = memchr(s + 1, ' ', (size_t)(end - s - 1));
		const char *stop = blank ? blank : end;

		r = strbuf_printf(out, "SYNTH_ARG_%.*s%c", (int)(stop - s - 1), s + 1, '\0');
		s = stop;
	}
	return r;
}

static int print_request(const struct uevent_request *request, struct strbuf *out)
{
	int r;

	if (!request->uuid)
		return strbuf_printf(out, "SYNTH_UUID=0%c", '\0');
	r = strbuf_printf(out, "SYNTH_UUID=%.*s%c", UEVENT_UUID_LEN, request->uuid, '\0');
	return r < 0 ? r : print_arguments(request, out);
}

/* With room for SEQNUM, which is still to come. */
static bool fits(const struct strbuf *message)
{
	const size_t seqnum = sizeof("SEQNUM=18446744073709551615");
	size_t head = strlen(message->text) + 1, variables = 0;

	for (size_t i = head; i < message->len; i++)
		variables += message->text[i] == '\0';
	return message->len - head + seqnum <= MAX_BYTES && variables < MAX_VARIABLES;
}

int uevent_from_request(const struct sysfs_obj *obj, const struct uevent_request *request,
			uevent_sink sink, void *user)
{
	_cleanup_strbuf_ struct strbuf message = { 0 };
	int r;

	if (!subsystem_of(obj))
		return 0;
	r = print_head(obj, request->action, &message);
	if (r == 0)
		r = print_request(request, &message);
	if (r == 0)
		r = print_variables(obj, request->action, &message);
	if (r < 0)
		return r;
	return fits(&message) ? sink(user, message.text, message.len) : -ENOMEM;
}
