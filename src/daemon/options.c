/* SPDX-License-Identifier: BSD-3-Clause */
/* The one table of verbs, options and region keys. Data only. */
#include "daemon/options.h"

#include <string.h>

#include "base/util.h"

const struct verb_def verb_defs[NR_VERBS] = {
	[VERB_RUN] = { "run", "[OPTION...] [--] COMMAND [ARG...]",
		       "run COMMAND in an instance of its own, or in a lasting one", 125, true },
	[VERB_START] = { "start", "[OPTION...]",
			 "start a lasting instance; returns when it is ready", 2 },
	[VERB_STOP] = { "stop", "[--instance NAME]", "end a lasting instance", 2 },
	[VERB_STATUS] = { "status", "[--instance NAME] [-u]", "print a lasting instance as JSON",
			  2 },
	[VERB_MAPS] = { "maps", "[--instance NAME] [-u]",
			"print where its devices lie and how often they are open, as JSON", 2 },
	[VERB_WATCH] = { "watch", "[--instance NAME]",
			 "print its uevents as they happen, a line of JSON each", 2 },
	[VERB_LOAD] = { "load", "[--instance NAME] MODULE",
			"do what modprobe does: load device_dax, kmem or fsdev_dax", 2, true },
	[VERB_UNLOAD] = { "unload", "[--instance NAME] MODULE",
			  "do what rmmod does: unbind its devices, its driver goes", 2, true },
	[VERB_INJECT] = { "inject", "[--instance NAME] POINT=VALUE[,KEY=VALUE...]",
			  "let something fail that can fail on a real machine, or no longer", 2,
			  true },
	[VERB_DOCTOR] = { "doctor", "",
			  "say what this machine allows, and what to do about what it does not",
			  2 },
	[VERB_DAEMON] = { "daxemud", "", "the daemon behind run and start", 2 },
};

const struct option_def option_defs[] = {
	{ "instance", 0, "NAME",
	  ON_INSTANCE | ON_STOP | ON_STATUS | ON_MAPS | ON_WATCH | ON_LOAD | ON_UNLOAD | ON_INJECT,
	  1, NULL, "name of the instance (default: default)",
	  "Letters, digits, '.', '_' and '-'. The runtime files of a lasting instance are in "
	  "/run/daxemu/NAME, or in $XDG_RUNTIME_DIR/daxemu/NAME for a user who is not root. Inside "
	  "'daxemu run', status, maps, watch, load, unload and inject are of the instance there "
	  "unless one is named." },
	{ "region", 0, "SPEC", ON_INSTANCE, 0, NULL, "a region of memory; may be repeated",
	  "SPEC is a list of KEY=VALUE, separated by commas, as under REGIONS. Regions given on "
	  "the "
	  "command line replace those of the configuration file. Without any there is one dynamic "
	  "region of 1 GiB." },
	{ "abi", 0, "VERSION", ON_INSTANCE, 1, "6.1 6.12 7.2",
	  "kernel to be like: 6.1, 6.12 or 7.2 (default: 6.12)", NULL },
	{ "node", 0, "KIND", ON_INSTANCE, 1, "auto cuse fuse",
	  "how device files are made: auto, cuse or fuse (default: auto)", NULL },
	{ "uevents", 0, "WHERE", ON_INSTANCE, 1, "auto private off",
	  "who hears uevents by netlink: auto, private or off (default: auto)",
	  "private: run gives COMMAND a network of its own, which has lo and nothing else; there "
	  "udevadm monitor and other listeners hear the uevents of the instance as the kernel's. "
	  "auto: they are sent where the network is a container's, never to the machine's own "
	  "udev. See UEVENTS." },
	{ "config", 0, "FILE", ON_INSTANCE, 0, "@file", "read options from an INI file",
	  "See CONFIGURATION FILE. The command line wins over the file." },
	{ "memblock-size", 0, "SIZE", ON_INSTANCE, 1, "128M 256M 512M 1G 2G",
	  "size of a memory block (default: 128M)", "A power of two, at least 2M." },
	{ "auto-online", 0, "POLICY", ON_INSTANCE, 1, "offline online online_kernel online_movable",
	  "what happens to new memory blocks (default: offline)",
	  "The value of /sys/devices/system/memory/auto_online_blocks: offline, online, "
	  "online_kernel or online_movable." },
	{ "memmap-on-memory", 0, NULL, ON_INSTANCE, 1, "yes no",
	  "allow memmap_on_memory, the parameter of memory_hotplug", NULL },
	{ "state", 0, "DIR", ON_INSTANCE, 1, "@dir",
	  "keep layout and contents across restarts (not available yet)", NULL },
	{ "join", 0, "NAME", ON_RUN, 0, NULL, "run in the lasting instance NAME",
	  "Options that describe an instance cannot be given with it." },
	{ "foreground", 0, NULL, ON_START, 0, NULL, "stay in the foreground",
	  "With $NOTIFY_SOCKET the service manager is told when the instance is ready." },
	{ "human", 'u', NULL, ON_STATUS | ON_MAPS, 0, NULL, "sizes and addresses for people",
	  NULL },
	{ "setup-fd", 0, "N", ON_DAEMON, 0, NULL, "socket that brings the files to serve", NULL },
	{ "help", 'h', NULL, ~0u, 0, NULL, "print this help", NULL },
	{ "version", 0, NULL, ~0u, 0, NULL, "print the version", NULL },
};

const size_t nr_option_defs = ARRAY_SIZE(option_defs);

const struct region_key_def region_key_defs[] = {
	{ "size", "SIZE", NULL,
	  "bytes, a multiple of 2M and of align; with backing=file: the file's size" },
	{ "type", "KIND", "dynamic static",
	  "dynamic: devices are made and resized; static: one device over all of it" },
	{ "id", "N", NULL, "X of daxX.Y (default: the lowest that is free)" },
	{ "start", "ADDR", NULL,
	  "emulated physical address (default: the next free multiple of 1G from 4G on; a static "
	  "region begins behind what its namespace keeps)" },
	{ "align", "SIZE", "4K 2M 1G", "alignment of its devices: 4K, 2M or 1G (default: 2M)" },
	{ "backing", "KIND", "memfd hugetlb file:",
	  "memfd, hugetlb (2 MiB huge pages) or file:PATH (static) (default: memfd)" },
	{ "numa-node", "N", NULL, "nearest node with a CPU; holds the memory (default: 0)" },
	{ "target-node", "N", NULL,
	  "node of the memory once it is online (default: 1, then 2, ...)" },
	{ "driver", "NAME", "device_dax kmem none",
	  "driver of the first device (default: device_dax)" },
	{ "deep-flush", "WHAT", "absent 0 1 read-only failing",
	  "the file deep_flush (static): absent, 0 or 1 as it reads, read-only (reads 1) or "
	  "failing "
	  "(writing is EIO) (default: absent)" },
	{ "persistence-domain", "WHAT", "absent cpu_cache memory_controller",
	  "the file persistence_domain (static): absent, cpu_cache or memory_controller (default: "
	  "absent)" },
	{ "badblocks", "LIST", NULL,
	  "bad blocks (static): OFFSET[+LEN] in bytes from the start of the device, multiples of "
	  "512, more of them after a colon; LEN is 512 unless said" },
};

const size_t nr_region_key_defs = ARRAY_SIZE(region_key_defs);

const struct option_def *option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < nr_option_defs; i++)
		if (strlen(option_defs[i].name) == len && !memcmp(option_defs[i].name, name, len))
			return &option_defs[i];
	return NULL;
}
