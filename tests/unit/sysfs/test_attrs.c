/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes into the tree of the dax bus and what then can be read, as recorded on real kernels: what
 * text each file takes, and what it answers.
 */
#include <errno.h>

#include "attr_case.h"
#include "base/util.h"
#include "rows.h"

#define UUID "fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed"

#define HMEM "sys/bus/platform/drivers/hmem/"
#define IDLE "sys/module/dax_hmem/parameters/region_idle"

static const struct attr_write no_autoprobe[] = { { B "drivers_autoprobe", "0" }, { 0 } };
static const struct attr_write gone[] = { { HMEM "unbind", "hmem.0" }, { 0 } };
static const struct attr_write halved_and_gone[] = {
	{ DD "unbind", "dax0.0" }, { D "size", "1073741824" }, { HMEM "unbind", "hmem.0" }, { 0 }
};

static const struct attr_case cases[] = {
	/* numbers: U64 for sizes */
	{ "size hex", D "size", "0x40000000", OK, D "size", "1073741824\n", unbound },
	{ "size HEX", D "size", "0X40000000", OK, D "size", "1073741824\n", unbound },
	{ "size octal", D "size", "010000000000", OK, D "size", "1073741824\n", unbound },
	{ "size plus", D "size", "+1073741824", OK, D "size", "1073741824\n", unbound },
	{ "size newline", D "size", "1073741824\n", OK, D "size", "1073741824\n", unbound },
	{ "size two newlines", D "size", "0\n\n", -EINVAL, D "size", "2147483648\n", unbound },
	{ "size blank", D "size", " 0", -EINVAL, D "size", "2147483648\n", unbound },
	{ "size suffix", D "size", "1G", -EINVAL, D "size", "2147483648\n", unbound },
	{ "size negative", D "size", "-0", -EINVAL, D "size", "2147483648\n", unbound },
	{ "size over", D "size", "18446744073709551616", -ERANGE, D "size", "2147483648\n",
	  unbound },
	{ "size too large", D "size", "2149580800", -ENOSPC, D "size", "2147483648\n", unbound },
	{ "size bound", D "size", "2147483648", -EBUSY, D "size", "2147483648\n" },
	{ "size odd while bound", D "size", "4097", -EINVAL, D "size", "2147483648\n" },
	{ "size 0 keeps resource", D "size", "0", OK, D "resource", "0x100000000\n", unbound },
	{ "size 0 has no mapping", D "size", "0", OK, D "mapping0/start", "ERROR -2", unbound },

	/* align: whatever is wrong with the text is ENXIO */
	{ "align 4K", D "align", "4096", OK, D "align", "4096\n", unbound },
	{ "align junk", D "align", "junk", -ENXIO, D "align", "2097152\n", unbound },
	{ "align over", D "align", "18446744073709551616", -ENXIO, D "align", "2097152\n",
	  unbound },
	{ "align 8192", D "align", "8192", -EINVAL, D "align", "2097152\n", unbound },
	{ "align bound", D "align", "2097152", -EBUSY, D "align", "2097152\n" },

	/* mapping: START-END */
	{ "mapping", D "mapping", "140000000-1401fffff", OK, D "mapping1/end", "0x1401fffff\n",
	  halved },
	{ "mapping 0x and newline", D "mapping", "0x140000000-0x1401fffff\n", OK,
	  D "mapping1/page_offset", "0x40000\n", halved },
	{ "mapping no dash", D "mapping", "140000000", -EINVAL, D "mapping1/end", "ERROR -2",
	  halved },
	{ "mapping no end", D "mapping", "140000000-", -EINVAL, D "mapping1/end", "ERROR -2",
	  halved },
	{ "mapping no start", D "mapping", "-140000000", -EINVAL, D "mapping1/end", "ERROR -2",
	  halved },
	{ "mapping two dashes", D "mapping", "140000000-1401fffff-1", -EINVAL, D "mapping1/end",
	  "ERROR -2", halved },
	{ "mapping over", D "mapping", "11111111111111111-2", -ERANGE, D "mapping1/end", "ERROR -2",
	  halved },
	{ "mapping taken", D "mapping", "100000000-1001fffff", -ENOMEM, D "mapping1/end",
	  "ERROR -2", halved },
	{ "mapping odd length", D "mapping", "140000000-140000fff", OK, D "mapping1/end",
	  "ERROR -2", halved },
	{ "mapping odd length 6.1", D "mapping", "140000000-140000fff", -ENXIO, D "mapping1/end",
	  "ERROR -2", halved, .abi = "6.1" },

	/* create: INT */
	{ "create", G "create", "1", OK, G "seed", "dax0.1\n", halved },
	{ "create hex newline", G "create", "0x1\n", OK, G "create", "dax0.1\n", halved },
	{ "create 2", G "create", "2", -EINVAL, G "create", "\n", halved },
	{ "create junk", G "create", "1x", -EINVAL, G "create", "\n", halved },
	{ "create 2^32+1", G "create", "4294967297", -ERANGE, G "create", "\n", halved },
	{ "create full", G "create", "1", -ENOSPC, G "create", "\n" },
	{ "created is empty", NULL, NULL, 0, D1 "uevent",
	  "MAJOR=252\nMINOR=1\nDEVNAME=dax0.1\nMODALIAS=dax:t0\n", created },

	/* delete: NAME */
	{ "delete", G "delete", "dax0.1\n", OK, D1 "size", "ERROR -2", created },
	{ "delete blank", G "delete", "dax0.1 ", -ENXIO, D1 "size", "0\n", created },
	{ "delete unknown", G "delete", "dax0.9", -ENXIO, D1 "size", "0\n", created },
	{ "delete power", G "delete", "power", -ENXIO, D1 "size", "0\n", created },
	{ "delete id 0", G "delete", "dax0.0", -EBUSY, D "size", "0\n", emptied },
	{ "delete of another region", G "delete", "dax1.0", -ENXIO,
	  "sys/devices/platform/hmem.1/dax1.0/size", "2147483648\n", .regions = "hh" },

	/* bind and unbind: NAME */
	{ "unbind newline", DD "unbind", "dax0.0\n", OK, D "driver", "ERROR -2" },
	{ "unbind two newlines", DD "unbind", "dax0.0\n\n", -ENODEV, D "dev", "252:0\n" },
	{ "unbind blank", DD "unbind", " dax0.0", -ENODEV, DD "dax0.0",
	  "../../../../devices/platform/hmem.0/dax0.0" },
	{ "unbind wrong driver", KM "unbind", "dax0.0", -ENODEV, KM "dax0.0", "ERROR -2" },
	{ "unbind twice", DD "unbind", "dax0.0", -ENODEV, DD "dax0.0", "ERROR -2", unbound },
	{ "bind listed", DD "bind", "dax0.0", OK, D "driver",
	  "../../../../bus/dax/drivers/device_dax", unbound },
	{ "bind prefix", DD "bind", "dax0", -ENODEV, D "driver", "ERROR -2", unbound },
	{ "bind bound", DD "bind", "dax0.0", -EBUSY, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },
	{ "bind through the link", DD "bind", "dax9.9", -ENODEV, DD "module",
	  "../../../../module/device_dax" },
	{ "7.2 links are deeper", NULL, NULL, 0,
	  "sys/devices/platform/hmem_platform.0/hmem.0/dax0.0/driver",
	  "../../../../../bus/dax/drivers/device_dax", .abi = "7.2" },

	/* new_id and remove_id: ID */
	{ "new_id binds", KM "new_id", "dax0.0", OK, D "driver", "../../../../bus/dax/drivers/kmem",
	  small },
	{ "new_id bound stays", KM "new_id", "dax0.0", OK, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },
	{ "new_id unknown device", DD "new_id", "dax7.7", OK, B "devices/dax7.7", "ERROR -2" },
	{ "new_id negative", DD "new_id", "dax-1.0", OK, B "devices/dax-1.0", "ERROR -2" },
	{ "new_id trailing", DD "new_id", "dax0.0x", -EINVAL, D "driver", "ERROR -2", unbound },
	{ "new_id leading zero", DD "new_id", "dax00.0", -EINVAL, D "driver", "ERROR -2", unbound },
	{ "remove_id", DD "remove_id", "dax0.0\n", OK, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },
	{ "remove_id bad", DD "remove_id", "dax", -EINVAL, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },

	/* the bus */
	{ "autoprobe 0", B "drivers_autoprobe", "0", OK, B "drivers_autoprobe", "0\n" },
	{ "autoprobe junk is on", B "drivers_autoprobe", "x", OK, B "drivers_autoprobe", "1\n",
	  no_autoprobe },
	{ "autoprobe newline is on", B "drivers_autoprobe", "\n", OK, B "drivers_autoprobe", "1\n",
	  no_autoprobe },
	{ "probe", B "drivers_probe", "dax0.0", OK, D "driver",
	  "../../../../bus/dax/drivers/device_dax", unbound },
	{ "probe unknown", B "drivers_probe", "dax0.9", -ENODEV, B "drivers_probe", "" },

	/* memmap_on_memory: BOOL */
	{ "mom junk", D "memmap_on_memory", "x", -EINVAL, D "memmap_on_memory", "0\n" },
	{ "mom off", D "memmap_on_memory", "off", OK, D "memmap_on_memory", "0\n" },
	{ "mom on", D "memmap_on_memory", "yes", -EOPNOTSUPP, D "memmap_on_memory", "0\n" },
	{ "mom disable", D "memmap_on_memory", "disable", -EINVAL, D "memmap_on_memory", "0\n" },
	{ "mom disable 7.2", "sys/devices/platform/hmem_platform.0/hmem.0/dax0.0/memmap_on_memory",
	  "disable", OK, "sys/devices/platform/hmem_platform.0/hmem.0/dax0.0/memmap_on_memory",
	  "0\n", .abi = "7.2" },
	{ "mom absent in 6.1", D "memmap_on_memory", "0", -ENOENT, D "memmap_on_memory", "ERROR -2",
	  .abi = "6.1" },

	/* uevent: by the count of bytes */
	{ "uevent add", D "uevent", "add", OK, D "dev", "252:0\n" },
	{ "uevent newline", B "uevent", "change\n", OK, D "dev", "252:0\n" },
	{ "uevent args", DD "uevent", "add " UUID " A=1", OK, D "dev", "252:0\n" },
	{ "uevent word", DD "uevent", "add " UUID " A=1 B", -EINVAL, D "dev", "252:0\n" },
	{ "uevent no uuid", D "mapping0/uevent", "add x", -EINVAL, D "mapping0/uevent", "" },
	{ "uevent mapping", D "mapping0/uevent", "remove", OK, D "mapping0/uevent", "" },
	{ "uevent case", R "uevent", "ADD", -EINVAL, R "uevent",
	  "DRIVER=hmem\nMODALIAS=platform:hmem\n" },

	/* files without a writer or reader */
	{ "no writer", D "modalias", "x", -EIO, D "modalias", "dax:t0\n" },
	{ "no reader", NULL, NULL, 0, D "mapping", "ERROR -5" },
	{ "empty write", D "modalias", "", 0, D "modalias", "dax:t0\n" },
	{ "autosuspend", D "power/autosuspend_delay_ms", "1", -EIO, D "power/autosuspend_delay_ms",
	  "ERROR -5" },

	/* the region's driver */
	{ "region unbind", HMEM "unbind", "hmem.0", OK, G "id", "ERROR -2" },
	{ "region unbind drops links", HMEM "unbind", "hmem.0\n", OK, R "driver", "ERROR -2" },
	{ "region unbound uevent", HMEM "unbind", "hmem.0", OK, R "uevent",
	  "MODALIAS=platform:hmem\n" },
	{ "region unbind twice", HMEM "unbind", "hmem.0", -ENODEV, HMEM "hmem.0", "ERROR -2",
	  gone },
	{ "region bind", HMEM "bind", "hmem.0", OK, D "size", "2147483648\n", halved_and_gone },
	{ "region bind junk", HMEM "bind", "hmem.00", -ENODEV, D "size", "2147483648\n" },
	{ "region_idle", IDLE, "1\n", OK, IDLE, "Y\n" },
	{ "region_idle junk", IDLE, "x", -EINVAL, IDLE, "N\n" },

	/* names nobody has */
	{ "class/dax", NULL, NULL, 0, "sys/class/dax", "ERROR -2" },
	{ "leading zero", NULL, NULL, 0, D "mapping00/start", "ERROR -2" },
	{ "number of nobody", NULL, NULL, 0, "sys/dev/char/252:1", "ERROR -2" },
	{ "number of another major", NULL, NULL, 0, "sys/dev/char/251:0", "ERROR -2" },
	{ "module of 7.2", NULL, NULL, 0, "sys/module/fsdev_dax/initstate", "ERROR -2" },
};

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases)];

	row_tests(tests, ROWS(cases, name), attr_case_test);
	return cmocka_run_group_tests_name("sysfs.attrs", tests, NULL, NULL);
}
