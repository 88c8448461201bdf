/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands of the NVDIMM bus. One made of memory that firmware only describes has none. */
#include "sysfs-emu/nd_file.h"

#include <errno.h>
#include <linux/ndctl.h>
#include <sys/ioctl.h>

ssize_t nd_file_ioctl(struct dax_model *model, unsigned cmd, const void *in, size_t in_size,
		      void *out, size_t out_size)
{
	(void)model;
	(void)in;
	(void)in_size;
	(void)out;
	(void)out_size;
	/* The kernel looks at the number alone. */
	return _IOC_NR(cmd) == ND_CMD_CALL ? -EINVAL : -ENOTTY;
}
