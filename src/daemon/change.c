/* SPDX-License-Identifier: BSD-3-Clause */
/* Changes of the model that come over the control socket: modules, and what `inject` asks for. */
#include <string.h>

#include "base/util.h"
#include "daemon/inject.h"
#include "daemon/instance.h"
#include "sysfs-emu/fs.h"

struct module_change {
	struct dax_model *model;
	enum dax_driver_id id;
	bool load;
};

static int change_module(void *user)
{
	const struct module_change *change = user;

	return (change->load ? dax_driver_load : dax_driver_unload)(change->model, change->id);
}

int instance_module(struct instance *instance, const char *name, bool load)
{
	struct module_change change = { .model = instance->model, .load = load };

	while (change.id < DAX_NR_DRIVERS && strcmp(dax_driver(change.id)->name, name) != 0)
		change.id++;
	return change.id == DAX_NR_DRIVERS ? -ENODEV
					   : fs_change(instance->fs, change_module, &change);
}

struct injection {
	struct dax_model *model;
	struct inject inject;
	struct refusal *refusal;
};

static int change_inject(void *user)
{
	const struct injection *injection = user;

	return inject_apply(injection->model, &injection->inject, injection->refusal);
}

int instance_inject(struct instance *instance, const char *spec, struct refusal *refusal)
{
	struct injection injection = { .model = instance->model, .refusal = refusal };
	int r = inject_parse(&injection.inject, spec, refusal);

	if (r == 0)
		r = fs_change(instance->fs, change_inject, &injection);
	if (r < 0 && !*refusal->text)
		refuse(refusal, "inject: %s", strerror(-r));
	return r;
}
