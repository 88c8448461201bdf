/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes into the tree and what then can be read, as recorded on real kernels: what text each file
 * takes, and what it answers. The rules behind the text are the core's tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/util.h"
#include "fixture.h"

#define B    "sys/bus/dax/"
#define DD   B "drivers/device_dax/"
#define KM   B "drivers/kmem/"
#define R    "sys/devices/platform/hmem.0/"
#define G    R "dax_region/"
#define D    R "dax0.0/"
#define D1   R "dax0.1/"
#define P    "sys/devices/platform/e820_pmem/ndbus0/region0/dax0.0/"
#define NR   "sys/devices/platform/e820_pmem/ndbus0/region0/"
#define NR1  "sys/devices/platform/e820_pmem/ndbus0/region1/"
#define M    "sys/devices/system/memory/"
#define N    "sys/devices/system/node/"
#define N1H  N "node1/hugepages/hugepages-2048kB/"
#define T    "sys/devices/virtual/memory_tiering/"
#define UUID "fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed"

/* What else comes first: a write each, which must succeed. */
#define UNBIND                        \
	{                             \
		DD "unbind", "dax0.0" \
	}
#define HALF                           \
	{                              \
		D "size", "1073741824" \
	}
#define CREATE                  \
	{                       \
		G "create", "1" \
	}
#define KMEM                               \
	UNBIND, { D "size", "268435456" }, \
	{                                  \
		KM "new_id", "dax0.0"      \
	}

#define OK INT32_MAX /* all bytes of the text */

static const struct attr_case {
	const char *name;
	const char *path, *text; /* NULL text: only looks */
	long result;
	const char *look, *answer;
	struct {
		const char *path, *text;
	} before[4];
	const char *abi;     /* 6.12 */
	const char *regions; /* h */
} cases[] = {
	/* numbers: U64 for sizes */
	{ "size hex", D "size", "0x40000000", OK, D "size", "1073741824\n", { UNBIND } },
	{ "size HEX", D "size", "0X40000000", OK, D "size", "1073741824\n", { UNBIND } },
	{ "size octal", D "size", "010000000000", OK, D "size", "1073741824\n", { UNBIND } },
	{ "size plus", D "size", "+1073741824", OK, D "size", "1073741824\n", { UNBIND } },
	{ "size newline", D "size", "1073741824\n", OK, D "size", "1073741824\n", { UNBIND } },
	{ "size two newlines", D "size", "0\n\n", -EINVAL, D "size", "2147483648\n", { UNBIND } },
	{ "size blank", D "size", " 0", -EINVAL, D "size", "2147483648\n", { UNBIND } },
	{ "size suffix", D "size", "1G", -EINVAL, D "size", "2147483648\n", { UNBIND } },
	{ "size negative", D "size", "-0", -EINVAL, D "size", "2147483648\n", { UNBIND } },
	{ "size over",
	  D "size",
	  "18446744073709551616",
	  -ERANGE,
	  D "size",
	  "2147483648\n",
	  { UNBIND } },
	{ "size too large", D "size", "2149580800", -ENOSPC, D "size", "2147483648\n", { UNBIND } },
	{ "size bound", D "size", "2147483648", -EBUSY, D "size", "2147483648\n" },
	{ "size odd while bound", D "size", "4097", -EINVAL, D "size", "2147483648\n" },
	{ "size 0 keeps resource", D "size", "0", OK, D "resource", "0x100000000\n", { UNBIND } },
	{ "size 0 has no mapping", D "size", "0", OK, D "mapping0/start", "ERROR -2", { UNBIND } },

	/* align: whatever is wrong with the text is ENXIO */
	{ "align 4K", D "align", "4096", OK, D "align", "4096\n", { UNBIND } },
	{ "align junk", D "align", "junk", -ENXIO, D "align", "2097152\n", { UNBIND } },
	{ "align over",
	  D "align",
	  "18446744073709551616",
	  -ENXIO,
	  D "align",
	  "2097152\n",
	  { UNBIND } },
	{ "align 8192", D "align", "8192", -EINVAL, D "align", "2097152\n", { UNBIND } },
	{ "align bound", D "align", "2097152", -EBUSY, D "align", "2097152\n" },

	/* mapping: START-END */
	{ "mapping",
	  D "mapping",
	  "140000000-1401fffff",
	  OK,
	  D "mapping1/end",
	  "0x1401fffff\n",
	  { UNBIND, HALF } },
	{ "mapping 0x and newline",
	  D "mapping",
	  "0x140000000-0x1401fffff\n",
	  OK,
	  D "mapping1/page_offset",
	  "0x40000\n",
	  { UNBIND, HALF } },
	{ "mapping no dash",
	  D "mapping",
	  "140000000",
	  -EINVAL,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping no end",
	  D "mapping",
	  "140000000-",
	  -EINVAL,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping no start",
	  D "mapping",
	  "-140000000",
	  -EINVAL,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping two dashes",
	  D "mapping",
	  "140000000-1401fffff-1",
	  -EINVAL,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping over",
	  D "mapping",
	  "11111111111111111-2",
	  -ERANGE,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping taken",
	  D "mapping",
	  "100000000-1001fffff",
	  -ENOMEM,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping odd length",
	  D "mapping",
	  "140000000-140000fff",
	  OK,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF } },
	{ "mapping odd length 6.1",
	  D "mapping",
	  "140000000-140000fff",
	  -ENXIO,
	  D "mapping1/end",
	  "ERROR -2",
	  { UNBIND, HALF },
	  .abi = "6.1" },

	/* create: INT */
	{ "create", G "create", "1", OK, G "seed", "dax0.1\n", { UNBIND, HALF } },
	{ "create hex newline", G "create", "0x1\n", OK, G "create", "dax0.1\n", { UNBIND, HALF } },
	{ "create 2", G "create", "2", -EINVAL, G "create", "\n", { UNBIND, HALF } },
	{ "create junk", G "create", "1x", -EINVAL, G "create", "\n", { UNBIND, HALF } },
	{ "create 2^32+1", G "create", "4294967297", -ERANGE, G "create", "\n", { UNBIND, HALF } },
	{ "create full", G "create", "1", -ENOSPC, G "create", "\n" },
	{ "created is empty",
	  NULL,
	  NULL,
	  0,
	  D1 "uevent",
	  "MAJOR=252\nMINOR=1\nDEVNAME=dax0.1\nMODALIAS=dax:t0\n",
	  { UNBIND, HALF, CREATE } },

	/* delete: NAME */
	{ "delete", G "delete", "dax0.1\n", OK, D1 "size", "ERROR -2", { UNBIND, HALF, CREATE } },
	{ "delete blank",
	  G "delete",
	  "dax0.1 ",
	  -ENXIO,
	  D1 "size",
	  "0\n",
	  { UNBIND, HALF, CREATE } },
	{ "delete unknown",
	  G "delete",
	  "dax0.9",
	  -ENXIO,
	  D1 "size",
	  "0\n",
	  { UNBIND, HALF, CREATE } },
	{ "delete power", G "delete", "power", -ENXIO, D1 "size", "0\n", { UNBIND, HALF, CREATE } },
	{ "delete id 0",
	  G "delete",
	  "dax0.0",
	  -EBUSY,
	  D "size",
	  "0\n",
	  { UNBIND, { D "size", "0" } } },
	{ "delete of another region", G "delete", "dax1.0", -ENXIO,
	  "sys/devices/platform/hmem.1/dax1.0/size", "2147483648\n", .regions = "hh" },

	/* bind and unbind: NAME */
	{ "unbind newline", DD "unbind", "dax0.0\n", OK, D "driver", "ERROR -2" },
	{ "unbind two newlines", DD "unbind", "dax0.0\n\n", -ENODEV, D "dev", "252:0\n" },
	{ "unbind blank", DD "unbind", " dax0.0", -ENODEV, DD "dax0.0",
	  "../../../../devices/platform/hmem.0/dax0.0" },
	{ "unbind wrong driver", KM "unbind", "dax0.0", -ENODEV, KM "dax0.0", "ERROR -2" },
	{ "unbind twice", DD "unbind", "dax0.0", -ENODEV, DD "dax0.0", "ERROR -2", { UNBIND } },
	{ "bind listed",
	  DD "bind",
	  "dax0.0",
	  OK,
	  D "driver",
	  "../../../../bus/dax/drivers/device_dax",
	  { UNBIND } },
	{ "bind prefix", DD "bind", "dax0", -ENODEV, D "driver", "ERROR -2", { UNBIND } },
	{ "bind bound", DD "bind", "dax0.0", -EBUSY, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },
	{ "bind through the link", DD "bind", "dax9.9", -ENODEV, DD "module",
	  "../../../../module/device_dax" },
	{ "7.2 links are deeper", NULL, NULL, 0,
	  "sys/devices/platform/hmem_platform.0/hmem.0/dax0.0/driver",
	  "../../../../../bus/dax/drivers/device_dax", .abi = "7.2" },

	/* new_id and remove_id: ID */
	{ "new_id binds",
	  KM "new_id",
	  "dax0.0",
	  OK,
	  D "driver",
	  "../../../../bus/dax/drivers/kmem",
	  { UNBIND, { D "size", "268435456" } } },
	{ "new_id bound stays", KM "new_id", "dax0.0", OK, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },
	{ "new_id unknown device", DD "new_id", "dax7.7", OK, B "devices/dax7.7", "ERROR -2" },
	{ "new_id negative", DD "new_id", "dax-1.0", OK, B "devices/dax-1.0", "ERROR -2" },
	{ "new_id trailing", DD "new_id", "dax0.0x", -EINVAL, D "driver", "ERROR -2", { UNBIND } },
	{ "new_id leading zero",
	  DD "new_id",
	  "dax00.0",
	  -EINVAL,
	  D "driver",
	  "ERROR -2",
	  { UNBIND } },
	{ "remove_id", DD "remove_id", "dax0.0\n", OK, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },
	{ "remove_id bad", DD "remove_id", "dax", -EINVAL, D "driver",
	  "../../../../bus/dax/drivers/device_dax" },

	/* the bus */
	{ "autoprobe 0", B "drivers_autoprobe", "0", OK, B "drivers_autoprobe", "0\n" },
	{ "autoprobe junk is on",
	  B "drivers_autoprobe",
	  "x",
	  OK,
	  B "drivers_autoprobe",
	  "1\n",
	  { { B "drivers_autoprobe", "0" } } },
	{ "autoprobe newline is on",
	  B "drivers_autoprobe",
	  "\n",
	  OK,
	  B "drivers_autoprobe",
	  "1\n",
	  { { B "drivers_autoprobe", "0" } } },
	{ "probe",
	  B "drivers_probe",
	  "dax0.0",
	  OK,
	  D "driver",
	  "../../../../bus/dax/drivers/device_dax",
	  { UNBIND } },
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
	{ "region unbind", "sys/bus/platform/drivers/hmem/unbind", "hmem.0", OK, G "id",
	  "ERROR -2" },
	{ "region unbind drops links", "sys/bus/platform/drivers/hmem/unbind", "hmem.0\n", OK,
	  R "driver", "ERROR -2" },
	{ "region unbound uevent", "sys/bus/platform/drivers/hmem/unbind", "hmem.0", OK, R "uevent",
	  "MODALIAS=platform:hmem\n" },
	{ "region unbind twice",
	  "sys/bus/platform/drivers/hmem/unbind",
	  "hmem.0",
	  -ENODEV,
	  "sys/bus/platform/drivers/hmem/hmem.0",
	  "ERROR -2",
	  { { "sys/bus/platform/drivers/hmem/unbind", "hmem.0" } } },
	{ "region bind",
	  "sys/bus/platform/drivers/hmem/bind",
	  "hmem.0",
	  OK,
	  D "size",
	  "2147483648\n",
	  { UNBIND, HALF, { "sys/bus/platform/drivers/hmem/unbind", "hmem.0" } } },
	{ "region bind junk", "sys/bus/platform/drivers/hmem/bind", "hmem.00", -ENODEV, D "size",
	  "2147483648\n" },
	{ "region_idle", "sys/module/dax_hmem/parameters/region_idle", "1\n", OK,
	  "sys/module/dax_hmem/parameters/region_idle", "Y\n" },
	{ "region_idle junk", "sys/module/dax_hmem/parameters/region_idle", "x", -EINVAL,
	  "sys/module/dax_hmem/parameters/region_idle", "N\n" },

	/* static regions */
	{ "static size", P "dax0.0/size", "2097152", -EBUSY, P "dax0.0/size", "2147483648\n",
	  .regions = "p" },
	{ "static has no mapping", P "dax0.0/mapping", "1-2", -ENOENT, P "dax_region/create",
	  "ERROR -2", .regions = "p" },
	{ "static unbind", "sys/bus/nd/drivers/dax_pmem/unbind", "dax0.0", OK, P "dax_region/size",
	  "ERROR -2", .regions = "p" },
	{ "static driver", NULL, NULL, 0, P "driver", "../../../../../../bus/nd/drivers/dax_pmem",
	  .regions = "p" },

	/* what an NVDIMM says */
	{ "no deep_flush", NR "deep_flush", "1", -ENOENT, NR "persistence_domain", "ERROR -2",
	  .regions = "p" },
	{ "deep_flush needless", NULL, NULL, 0, NR "deep_flush", "0\n", .regions = "n" },
	{ "deep_flush", NR "deep_flush", "1", OK, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush yes", NR "deep_flush", "y\n", OK, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush no", NR "deep_flush", "0", -EINVAL, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush junk", NR "deep_flush", "2", -EINVAL, NR "deep_flush", "1\n",
	  .regions = "w" },
	{ "deep_flush e", NR "deep_flush", "e", -EINVAL, NR "deep_flush", "1\n", .regions = "w" },
	{ "deep_flush e 7.2", NR "deep_flush", "e", OK, NR "deep_flush", "1\n", .abi = "7.2",
	  .regions = "w" },
	{ "deep_flush read-only", NULL, NULL, 0, NR "deep_flush", "1\n", .regions = "r" },
	{ "deep_flush fails", NR "deep_flush", "1", -EIO, NR "deep_flush", "1\n", .regions = "f" },
	{ "deep_flush fails, first the value", NR "deep_flush", "0", -EINVAL, NR "deep_flush",
	  "1\n", .regions = "f" },
	{ "persists caches", NULL, NULL, 0, NR "persistence_domain", "cpu_cache\n",
	  .regions = "n" },
	{ "persists what left the caches", NULL, NULL, 0, NR "persistence_domain",
	  "memory_controller\n", .regions = "w" },

	/* memory blocks */
	{ "block state",
	  M "memory32/state",
	  "online\n",
	  OK,
	  M "memory32/state",
	  "online\n",
	  { KMEM } },
	{ "block state again",
	  M "memory32/state",
	  "offline",
	  -EINVAL,
	  M "memory32/online",
	  "0\n",
	  { KMEM } },
	{ "block state junk",
	  M "memory32/state",
	  "Online",
	  -EINVAL,
	  M "memory32/valid_zones",
	  "Normal Movable\n",
	  { KMEM } },
	{ "block movable",
	  M "memory32/state",
	  "online_movable",
	  OK,
	  M "memory32/valid_zones",
	  "Movable\n",
	  { KMEM } },
	{ "block between movable ones",
	  M "memory34/state",
	  "online_movable",
	  OK,
	  M "memory33/valid_zones",
	  "Movable Normal\n",
	  { UNBIND,
	    { D "size", "402653184" },
	    { KM "new_id", "dax0.0" },
	    { M "memory32/state", "online_movable" } } },
	{ "block online again is fine",
	  M "memory32/online",
	  "0",
	  OK,
	  M "memory32/state",
	  "offline\n",
	  { KMEM } },
	{ "block online",
	  M "memory33/online",
	  "y",
	  OK,
	  M "memory33/valid_zones",
	  "Normal\n",
	  { KMEM } },
	{ "block online junk",
	  M "memory33/online",
	  "2",
	  -EINVAL,
	  M "memory33/phys_index",
	  "00000021\n",
	  { KMEM } },
	{ "block has its node", NULL, NULL, 0, M "memory32/node1", "../../node/node1", { KMEM } },
	{ "node has its block",
	  NULL,
	  NULL,
	  0,
	  N "node1/memory33",
	  "../../memory/memory33",
	  { KMEM } },
	{ "blocks on the bus",
	  NULL,
	  NULL,
	  0,
	  "sys/bus/memory/devices/memory32",
	  "../../../devices/system/memory/memory32",
	  { KMEM } },
	{ "node online", NULL, NULL, 0, N "online", "0-1\n", { KMEM } },
	{ "node has no memory yet", NULL, NULL, 0, N "has_memory", "0\n", { KMEM } },
	{ "node has memory",
	  M "memory32/state",
	  "online_movable",
	  OK,
	  N "has_memory",
	  "0-1\n",
	  { KMEM } },
	{ "movable is not normal",
	  M "memory32/state",
	  "online_movable",
	  OK,
	  N "has_normal_memory",
	  "0\n",
	  { KMEM } },
	{ "node is gone", KM "unbind", "dax0.0", OK, N "node1/distance", "ERROR -2", { KMEM } },
	{ "node distance", NULL, NULL, 0, N "node1/distance", "20 10\n", { KMEM } },
	{ "huge pages: none to be had",
	  N1H "nr_hugepages",
	  "5",
	  OK,
	  N1H "nr_hugepages",
	  "0\n",
	  { KMEM } },
	{ "huge pages: no number",
	  N1H "nr_hugepages",
	  "0x5",
	  -EINVAL,
	  N1H "nr_hugepages",
	  "0\n",
	  { KMEM } },
	{ "only large pages are demoted", NULL, NULL, 0, N1H "demote_size", "ERROR -2", { KMEM } },
	{ "compact", N "node1/compact", "junk", OK, N "node1/x86/nothing", "ERROR -2", { KMEM } },
	{ "no reclaim in 6.12",
	  N "node1/reclaim",
	  "1",
	  -ENOENT,
	  N "node1/reclaim",
	  "ERROR -2",
	  { KMEM } },
	{ "no failures in 6.1",
	  NULL,
	  NULL,
	  0,
	  N "node1/memory_failure/total",
	  "ERROR -2",
	  { KMEM },
	  "6.1" },
	{ "less than a page is reclaimed",
	  N "node1/reclaim",
	  "4095",
	  OK,
	  N "node1/cpulist",
	  "\n",
	  { { 0 } },
	  "7.2",
	  "H" },
	{ "a page is too much",
	  N "node1/reclaim",
	  "4096",
	  -EAGAIN,
	  N "node1/cpulist",
	  "\n",
	  { { 0 } },
	  "7.2",
	  "H" },
	{ "no tier of slow memory yet",
	  NULL,
	  NULL,
	  0,
	  T "memory_tier22/nodelist",
	  "ERROR -2",
	  { KMEM } },
	{ "tier", M "memory32/state", "online", OK, T "memory_tier22/nodelist", "1\n", { KMEM } },
	{ "tier link",
	  M "memory32/state",
	  "online",
	  OK,
	  "sys/bus/memory_tiering/devices/memory_tier22",
	  "../../../devices/virtual/memory_tiering/memory_tier22",
	  { KMEM } },
	{ "no other tier",
	  M "memory32/state",
	  "online",
	  OK,
	  T "memory_tier5/nodelist",
	  "ERROR -2",
	  { KMEM } },
	{ "policy", M "auto_online_blocks", "online_kernel\n", OK, M "auto_online_blocks",
	  "online_kernel\n" },
	{ "policy blank", M "auto_online_blocks", "online ", -EINVAL, M "auto_online_blocks",
	  "offline\n" },
	{ "policy followed",
	  KM "new_id",
	  "dax0.0",
	  OK,
	  M "memory32/valid_zones",
	  "Movable\n",
	  { { M "auto_online_blocks", "online_movable" }, UNBIND, { D "size", "268435456" } } },

	/* names nobody has */
	{ "class/dax", NULL, NULL, 0, "sys/class/dax", "ERROR -2" },
	{ "leading zero", NULL, NULL, 0, D "mapping00/start", "ERROR -2" },
	{ "number of nobody", NULL, NULL, 0, "sys/dev/char/252:1", "ERROR -2" },
	{ "number of another major", NULL, NULL, 0, "sys/dev/char/251:0", "ERROR -2" },
	{ "module of 7.2", NULL, NULL, 0, "sys/module/fsdev_dax/initstate", "ERROR -2" },
};

static void test_attr(void **state)
{
	const struct attr_case *c = *state;
	struct fixture fixture;
	long want = c->result == OK ? (long)strlen(c->text) : c->result;

	fixture_begin(&fixture, c->abi ? c->abi : "6.12", c->regions ? c->regions : "h");
	for (size_t i = 0; i < ARRAY_SIZE(c->before) && c->before[i].path; i++)
		assert_int_equal(fixture_write(&fixture, c->before[i].path, c->before[i].text),
				 strlen(c->before[i].text));
	if (c->path)
		assert_int_equal(fixture_write(&fixture, c->path, c->text), want);
	assert_string_equal(fixture_read(&fixture, c->look), c->answer);
	fixture_end(&fixture);
}

/* --- bytes, lengths, modes ---------------------------------------------------------------- */

static struct sysfs_ref find(const struct fixture *fixture, const char *path)
{
	struct sysfs_ref ref;

	assert_int_equal(fixture_find(fixture, path, &ref), 0);
	return ref;
}

static long store(const struct fixture *fixture, const char *path, const char *bytes, size_t len)
{
	return sysfs_store(&fixture->tree, find(fixture, path), bytes, len);
}

static void test_bytes(void **state)
{
	struct fixture fixture;
	char long_text[5000];

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	/* daxctl writes the NUL, too; what is behind it does not count. */
	assert_int_equal(store(&fixture, DD "unbind", "dax0.0", 7), 7);
	assert_int_equal(store(&fixture, D "size", "0x40000000\n\0junk", 16), 16);
	assert_string_equal(fixture_read(&fixture, D "size"), "1073741824\n");
	/* uevent goes by the count: a NUL inside is wrong. */
	assert_int_equal(store(&fixture, D "uevent", "add", 4), 4);
	assert_int_equal(store(&fixture, D "uevent", "add\0x", 5), -EINVAL);
	assert_int_equal(store(&fixture, D "uevent", "", 1), -EINVAL);
	/* Of a longer write the first page is the value, and the count. */
	memset(long_text, '0', sizeof(long_text));
	assert_int_equal(store(&fixture, D "size", long_text, sizeof(long_text)), 4096);
	assert_string_equal(fixture_read(&fixture, D "size"), "0\n");
	memset(long_text, ' ', sizeof(long_text));
	assert_int_equal(store(&fixture, D "size", long_text, sizeof(long_text)), -EINVAL);
	fixture_end(&fixture);
}

static const struct open_case {
	const char *name, *path;
	int flags, result;
	mode_t chmod;	     /* before; 0 for none */
	const char *regions; /* h */
} open_cases[] = {
	{ "open rw", D "size", O_RDWR, 0 },
	{ "open truncating", D "size", O_WRONLY | O_TRUNC | O_APPEND, 0 },
	{ "open write-only for reading", D "mapping", O_RDONLY, -EACCES },
	{ "open write-only for both", D "mapping", O_RDWR, -EACCES },
	{ "open read-only for writing", D "modalias", O_WRONLY, -EACCES },
	{ "open read-only for writing after chmod", D "modalias", O_WRONLY, 0, 0644 },
	{ "open readable after chmod", D "mapping", O_RDONLY, 0, 0600 },
	{ "open unreadable after chmod", D "size", O_RDONLY, -EACCES, 0200 },
	{ "open 0400", D "resource", O_RDONLY, 0 },
	{ "open direct", D "size", O_RDONLY | O_DIRECT, -EINVAL },
	{ "open direct, may not", D "modalias", O_WRONLY | O_DIRECT, -EACCES },
	{ "deep_flush needless", NR "deep_flush", O_WRONLY, -EACCES, .regions = "n" },
	{ "deep_flush read-only", NR "deep_flush", O_WRONLY, -EACCES, .regions = "r" },
	{ "deep_flush", NR "deep_flush", O_RDWR, 0, .regions = "w" },
	{ "deep_flush fails", NR "deep_flush", O_WRONLY, 0, .regions = "f" },
};

static void test_open(void **state)
{
	const struct open_case *c = *state;
	struct fixture fixture;
	struct sysfs_ref ref;

	fixture_begin(&fixture, "6.12", c->regions ? c->regions : "h");
	ref = find(&fixture, c->path);
	if (c->chmod)
		assert_int_equal(sysfs_set_meta(&fixture.tree, ref, c->chmod, (uid_t)-1, (gid_t)-1),
				 0);
	assert_int_equal(sysfs_check_open(&fixture.tree, ref, c->flags), c->result);
	fixture_end(&fixture);
}

/* Bad blocks as ndctl reads them: sectors, in runs of 512 at most, as much as a page holds. */
static void test_bad(void **state)
{
	struct dax_range long_run = { 4096, 1024 * DAX_BAD_BLOCK };
	struct dax_region *region;
	struct fixture fixture;
	const char *text;

	(void)state;
	fixture_begin(&fixture, "6.12", "hp");
	region = dax_region_find(fixture.model, 0);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 0, 512 }), -EINVAL);
	region = dax_region_find(fixture.model, 1);
	assert_string_equal(fixture_read(&fixture, NR1 "badblocks"), "");
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 2 * GIB, 512 }), -EINVAL);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 2 * GIB - 512, 512 }), 0);
	assert_int_equal(dax_region_add_bad(region, long_run), 0);
	assert_string_equal(fixture_read(&fixture, NR1 "badblocks"), "8 512\n520 512\n4194303 1\n");
	for (uint64_t i = 0; i < DAX_BAD_MAX - 3; i++)
		assert_int_equal(
			dax_region_add_bad(region, (struct dax_range){ GIB + i * MIB, 512 }), 0);
	assert_int_equal(dax_region_add_bad(region, (struct dax_range){ 0, 512 }), -ENOSPC);
	text = fixture_read(&fixture, NR1 "badblocks");
	assert_in_range(strlen(text), SYSFS_PAGE - 24, SYSFS_PAGE - 1);
	assert_int_equal(text[strlen(text) - 1], '\n');
	fixture_end(&fixture);
}

/* chmod and chown are remembered, for the device file and its twin alike, until it is deleted. */
static void test_meta(void **state)
{
	struct fixture fixture;
	struct sysfs_ref size, node, twin;
	struct stat st;

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	assert_int_equal(fixture_write(&fixture, DD "unbind", "dax0.0"), 6);
	assert_int_equal(fixture_write(&fixture, D "size", "0"), 1);
	assert_int_equal(fixture_write(&fixture, G "create", "1"), 1);
	size = find(&fixture, D1 "size");
	node = find(&fixture, "dev/dax0.1");
	twin = find(&fixture, "dev/.daxemu/twin/252:1");
	assert_int_equal(sysfs_set_meta(&fixture.tree, size, 0600, (uid_t)-1, (gid_t)-1), 0);
	assert_int_equal(sysfs_set_meta(&fixture.tree, size, (mode_t)-1, 7, (gid_t)-1), 0);
	assert_int_equal(sysfs_set_meta(&fixture.tree, twin, 0666, (uid_t)-1, 8), 0);
	sysfs_stat(&fixture.tree, size, &st);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_uid, 7);
	sysfs_stat(&fixture.tree, node, &st);
	assert_int_equal(st.st_mode, S_IFCHR | 0666);
	assert_int_equal(st.st_gid, 8);
	assert_int_equal(fixture_write(&fixture, G "delete", "dax0.1"), 6);
	assert_int_equal(fixture.tree.meta.nr, 0);
	fixture_end(&fixture);
}

/* Ids of what is gone say so, and never mean what came after. */
static void test_stale(void **state)
{
	struct fixture fixture;
	struct sysfs_ref dir, size, start, again;
	struct strbuf text = { 0 };
	struct stat st;

	(void)state;
	fixture_begin(&fixture, "6.12", "h");
	assert_int_equal(fixture_write(&fixture, DD "unbind", "dax0.0"), 6);
	start = find(&fixture, D "mapping0/start");
	assert_int_equal(fixture_write(&fixture, D "size", "0"), 1);
	assert_int_equal(sysfs_show(&fixture.tree, start, &text), -ENODEV);
	assert_int_equal(fixture_write(&fixture, G "create", "1"), 1);
	dir = find(&fixture, R "dax0.1");
	size = find(&fixture, D1 "size");
	assert_int_equal(fixture_write(&fixture, G "delete", "dax0.1"), 6);
	assert_int_equal(fixture_write(&fixture, G "create", "1"), 1);
	assert_int_equal(sysfs_show(&fixture.tree, size, &text), -ENODEV);
	assert_int_equal(sysfs_store(&fixture.tree, size, "0", 1), -ENODEV);
	assert_int_equal(sysfs_check_open(&fixture.tree, size, O_RDWR), -ENODEV);
	assert_int_equal(sysfs_lookup(&fixture.tree, dir, "size", &again), -ENODEV);
	sysfs_stat(&fixture.tree, size, &st);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(st.st_size, 4096);
	strbuf_free(&text);
	fixture_end(&fixture);
}

/* A block that was hot-plugged again is another one. */
static void test_stale_block(void **state)
{
	struct fixture fixture;
	struct sysfs_ref file, link, dir, again;
	struct strbuf text = { 0 };

	(void)state;
	fixture_begin(&fixture, "6.12", "H");
	dir = find(&fixture, M "memory32");
	file = find(&fixture, M "memory32/state");
	link = find(&fixture, N "node1/memory32");
	assert_int_equal(sysfs_show(&fixture.tree, file, &text), 0);
	assert_int_equal(fixture_write(&fixture, KM "unbind", "dax0.0"), 6);
	assert_int_equal(sysfs_show(&fixture.tree, file, &text), -ENODEV);
	assert_int_equal(sysfs_readlink(&fixture.tree, link, &text), -ENOENT);
	assert_int_equal(fixture_write(&fixture, KM "bind", "dax0.0"), 6);
	assert_int_equal(sysfs_show(&fixture.tree, file, &text), -ENODEV);
	assert_int_equal(sysfs_store(&fixture.tree, file, "online", 6), -ENODEV);
	assert_int_equal(sysfs_lookup(&fixture.tree, dir, "state", &again), -ENODEV);
	assert_string_equal(fixture_read(&fixture, M "memory32/state"), "offline\n");
	assert_string_equal(fixture_read(&fixture, N "node1/memory32"), "../../memory/memory32");
	strbuf_free(&text);
	fixture_end(&fixture);
}

/* Any 64 bits may come from the kernel: no crash, no answer that makes no sense. */
static void test_forged(void **state)
{
	uint64_t random = 88172645463325252u;
	struct fixture fixture;

	(void)state;
	fixture_begin(&fixture, "7.2", "hp");
	for (int i = 0; i < 300000; i++) {
		_cleanup_strbuf_ struct strbuf text = { 0 };
		struct sysfs_ref ref, child;
		struct stat st;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		/* Small numbers reach what exists. */
		if (!sysfs_ref_decode((random & (i & 1 ? UINT64_MAX : 0xfff8000000000003u)) |
					      SYSFS_REF_EMULATED,
				      &ref))
			continue;
		sysfs_stat(&fixture.tree, ref, &st);
		sysfs_lookup(&fixture.tree, ref, "size", &child);
		if (sysfs_type(ref) == SYSFS_TYPE_LINK)
			sysfs_readlink(&fixture.tree, ref, &text);
		if (sysfs_type(ref) == SYSFS_TYPE_ATTR) {
			sysfs_check_open(&fixture.tree, ref, O_RDWR);
			sysfs_show(&fixture.tree, ref, &text);
		}
	}
	fixture_end(&fixture);
}

int main(void)
{
	static struct CMUnitTest tests[ARRAY_SIZE(cases) + ARRAY_SIZE(open_cases) + 6];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = cases[i].name,
						  .test_func = test_attr,
						  .initial_state = (void *)&cases[i] };
	for (size_t i = 0; i < ARRAY_SIZE(open_cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = open_cases[i].name,
						  .test_func = test_open,
						  .initial_state = (void *)&open_cases[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_bytes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_meta);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_bad);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_stale);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_stale_block);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_forged);
	return cmocka_run_group_tests_name("sysfs.attrs", tests, NULL, NULL);
}
