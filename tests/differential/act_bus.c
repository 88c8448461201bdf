/* SPDX-License-Identifier: BSD-3-Clause */
/* Single steps on the files of the bus: regions, devices, drivers, modules. */
#include "actions.h"

#include <stdio.h>

static void on_device(const char *file, const char *value)
{
	step(text("%s/%s", some_device(), file), value);
}

static void on_region(const char *file, const char *value)
{
	step(text("hmem.%d/%s", some_region(), file), value);
}

static void on_driver(const char *file, const char *value)
{
	step(text("bus/drivers/%s/%s", some_driver(), file), value);
}

static void set_size(void)
{
	on_device("size", some_size());
}

static void set_align(void)
{
	static const char *const aligns[] = { "4096",	    "4096",	"2097152",
					      "2097152\\n", "0x200000", "1073741824",
					      "0x40000000", "8192",	"0",
					      "-1",	    "junk",	"",
					      "\\n",	    "16777216", "18446744073709551616",
					      "4096 ",	    "010000" };

	on_device("align", PICK(aligns));
}

static void add_mapping(void)
{
	int id = some_region();
	const char *range = some_range(chance(95) ? id : some_region());

	step(text("dax%d.%d/mapping", id, some_number(id)), range);
}

static void set_memmap(void)
{
	on_device("memmap_on_memory", some_bool());
}

static void create(void)
{
	static const char *const words[] = { "0",   "2",  "-1", "",   "\\n",	    "junk",
					     "0x1", "01", "+1", "1 ", "2147483648", "1\\n\\n" };

	int id = some_region();

	if (*devices_of(id) < 4)
		++*devices_of(id);
	step(text("hmem.%d/create", id), chance(85) ? ended("1") : PICK(words));
}

static void delete (void)
{
	on_region("delete", some_name());
}

static void bind(void)
{
	on_driver("bind", some_name());
}

static void unbind(void)
{
	on_driver("unbind", some_name());
}

static void new_id(void)
{
	on_driver("new_id", some_name());
}

static void remove_id(void)
{
	on_driver("remove_id", some_name());
}

static void probe(void)
{
	step("bus/drivers_probe", some_name());
}

static void autoprobe(void)
{
	static const char *const words[] = { "0", "1", "1", "1\\n", "junk", "", "\\n", "00", "-1" };

	step("bus/drivers_autoprobe", PICK(words));
}

static void synthetic_event(void)
{
	static const char *const files[] = { "bus/uevent", "bus/drivers/kmem/uevent",
					     "memory/uevent" };
	static const char *const words[] = { "change", "add\\n", "junk", "", "remove", "Change" };

	const char *file = chance(50) ? text("%s/uevent", some_device()) : PICK(files);

	step(file, PICK(words));
}

static void region_driver(void)
{
	static const char *const bad[] = { "", "hmem", "hmem.99", "junk", "hmem.0 ", "hmem.00" };
	const char *name = chance(8) ? PICK(bad) : ended(text("hmem.%d", some_region()));

	step(chance(50) ? "hmem/unbind" : "hmem/bind", name);
}

void region_again(void)
{
	int id = some_region();
	const char *name = text("hmem.%d", id);

	*devices_of(id) = 1;
	step("hmem/unbind", name);
	step("hmem/bind", name);
}

static void module(void)
{
	const char *name = some_driver();

	printf("m\tunload\t%s\n", name);
	if (chance(70))
		printf("m\tload\t%s\n", name);
}

static void load(void)
{
	printf("m\tload\t%s\n", some_driver());
}

static void open_file(void)
{
	unsigned slot = below(4);

	printf("o\t%u\t%s\n", slot, some_device());
}

static void close_file(void)
{
	printf("c\t%u\n", below(4));
}

const struct action bus_actions[] = {
	{ 9, set_size },
	{ 4, set_align },
	{ 8, add_mapping },
	{ 3, set_memmap },
	{ 7, create },
	{ 4, delete },
	{ 8, bind },
	{ 6, unbind },
	{ 6, new_id },
	{ 3, remove_id },
	{ 4, probe },
	{ 2, autoprobe },
	{ 1, synthetic_event },
	{ 3, region_driver },
	{ 2, region_again },
	{ 1, module },
	{ 1, load },
	{ 4, open_file },
	{ 3, close_file },
	{ 0 },
};
