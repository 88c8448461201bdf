/* SPDX-License-Identifier: BSD-3-Clause */
/* What /dev/ndctl0, the device file of the NVDIMM bus, answers besides what any device file does.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "core/model.h"

/**
 * nd_file_ioctl() - one command to the bus
 * @cmd:       the number as given to ioctl(2)
 * @read_only: the file is open for reading alone
 * @in:        what the caller's memory holds, as much of it as @cmd says
 * @out:       room for @out_size bytes of answer, as much as @cmd says
 *
 * The write side of the model lock is held.
 *
 * What firmware refuses is said in the answer.
 *
 * Return: bytes of the answer; -ENOTTY (the bus has no such command), -EINVAL (ND_CMD_CALL to a
 * family that it has not), -EPERM (@read_only), -EFAULT (not of the size that @cmd says).
 * Source: Linux drivers/nvdimm/bus.c, __nd_ioctl().
 */
ssize_t nd_file_ioctl(struct dax_model *model, unsigned cmd, bool read_only, const void *in,
		      size_t in_size, void *out, size_t out_size);

/* The file `commands` of the bus: their names. Return: 0, -ENOMEM. */
int nd_file_commands(const struct dax_model *model, struct strbuf *out);
