/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands of the NVDIMM bus. One made of memory that firmware only describes has none; once a
 * region has had bad blocks it has those that clear them. Scrubbing is not among them: ars_status
 * has to be, for who asks about clear_error asks about it, and says that nothing was scrubbed.
 */
#include "sysfs-emu/nd_file.h"

#include <errno.h>
#include <string.h>
#include <linux/ndctl.h>
#include <sys/ioctl.h>

#include "base/util.h"

/* What firmware answers. Source: ACPI 6.5, 9.20.7; Linux drivers/acpi/nfit/core.c. */
enum {
	STATUS_INVALID = 2,	    /* wrong addresses */
	STATUS_FAILED = 3,	    /* not done */
	STATUS_NO_SCRUB = 2u << 16, /* since the machine was started */
};

static void ars_cap(struct dax_model *model, void *arg)
{
	struct nd_cmd_ars_cap *cap = arg;
	struct dax_range phys = { cap->address, cap->length };

	cap->status = dax_namespace_find(model, phys) ? ND_ARS_PERSISTENT << 16 : STATUS_INVALID;
	cap->max_ars_out = sizeof(struct nd_cmd_ars_status);
	cap->clear_err_unit = DAX_BAD_BLOCK;
	cap->flags = 0;
	cap->reserved = 0;
}

static void ars_status(struct dax_model *model, void *arg)
{
	(void)model;
	*(struct nd_cmd_ars_status *)arg = (struct nd_cmd_ars_status){
		.status = STATUS_NO_SCRUB,
		.out_length = sizeof(struct nd_cmd_ars_status),
	};
}

static void clear_error(struct dax_model *model, void *arg)
{
	struct nd_cmd_clear_error *clear = arg;
	struct dax_range phys = { clear->address, clear->length };
	struct dax_region *region = dax_namespace_find(model, phys);

	clear->status = STATUS_INVALID;
	clear->cleared = 0;
	if (!region || !is_aligned(phys.start | phys.len, DAX_BAD_BLOCK))
		return;
	clear->status = dax_region_clear_bad(region, phys) < 0 ? STATUS_FAILED : 0;
	clear->cleared = clear->status ? 0 : phys.len;
}

static const struct command {
	const char *name;
	unsigned number; /* of the ioctl, with the size that the kernel reads and writes */
	bool writes;
	void (*run)(struct dax_model *model, void *arg);
} commands[] = {
	{ "ars_cap", ND_IOCTL_ARS_CAP, false, ars_cap },
	{ "ars_status", ND_IOCTL_ARS_STATUS, false, ars_status },
	{ "clear_error", ND_IOCTL_CLEAR_ERROR, true, clear_error },
};

int nd_file_commands(const struct dax_model *model, struct strbuf *out)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(commands) && dax_model_had_bad(model) && !r; i++)
		r = strbuf_printf(out, "%s ", commands[i].name);
	return r < 0 ? r : strbuf_printf(out, "\n");
}

static const struct command *command_find(const struct dax_model *model, unsigned cmd)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands) && dax_model_had_bad(model); i++)
		if (commands[i].number == cmd)
			return &commands[i];
	return NULL;
}

ssize_t nd_file_ioctl(struct dax_model *model, unsigned cmd, bool read_only, const void *in,
		      size_t in_size, void *out, size_t out_size)
{
	const struct command *command = command_find(model, cmd);

	/* The kernel looks at the number alone. */
	if (!command)
		return _IOC_NR(cmd) == ND_CMD_CALL ? -EINVAL : -ENOTTY;
	if (command->writes && read_only)
		return -EPERM;
	if (in_size != _IOC_SIZE(cmd) || out_size != _IOC_SIZE(cmd))
		return -EFAULT;
	memmove(out, in, in_size);
	command->run(model, out);
	return (ssize_t)out_size;
}
