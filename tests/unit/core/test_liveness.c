/* SPDX-License-Identifier: BSD-3-Clause */
/* Open files of devices that die, come back, or are deleted. Recorded: 35-live, 36-region-live. */
#include <errno.h>

#include "script.h"

/* clang-format off */
static const struct row rows[] = {
	{ "unbound", "open 0", -ENXIO },
	{ "alive", "size 0 4194304; new_id device_dax 0.0; open 0" },
	{ "dead but held: opens", "unbind device_dax 0; open 0" },
	{ "under kmem but held: opens", "remove_id device_dax 0.0; size 0 134217728; bind kmem 0; open 0" },
	{ "held by nobody: ENXIO", "release 0; release 0; release 0; open 0", -ENXIO },
	{ "no file keeps a device", "unbind kmem 0; size 0 4194304; create 1; size 1 4194304; new_id device_dax 0.1; open 1; unbind device_dax 1; size 1 0; delete 1", 0, "devs", "dax0.0" },
	{ "a deleted device is not freed while held", "", 0, "ops", "" },
	{ "its file opens again", "reopen 1" },
	{ "recreated: another minor", "create 1; size 1 4194304; bind device_dax 1", 0, "minor 1", "2" },
	{ "the old one stays dead, the new one opens", "open 1; release 2" },
	{ "the last close frees the old one", "release 1; release 1", 0, "ops", "free dax0.1 claims 1" },
	{ "region disabled under an open file", "open 1; disable 0", 0, "ops", "down dax0.1 claims 1, free dax0.0 claims 0" },
	{ "freed by the last close", "release 2", 0, "ops", "free dax0.1 claims 0" },
	{ 0 },
};
/* clang-format on */

static const struct sequence sequences[] = {
	{ .name = "liveness", .rows = rows },
	{ 0 },
};

int main(void)
{
	return script_main("core.liveness", sequences);
}
