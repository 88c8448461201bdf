/* SPDX-License-Identifier: BSD-3-Clause */
/* Link texts that name a twin. See link.h. */
#include "client/link.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/sys.h"
#include "daxemu/proto.h"

/*
 * Names of deleted devices, which sysfs no longer knows: by minor, each with the number it belongs
 * to. A minor is not used again while the file is open.
 */
enum { NR_NAMES = 64, NAME_MAX_LEN = 24 };

/* major << 52 | minor << 32 | X << 16 | Y, of daxX.Y; 0 for none. */
static _Atomic uint64_t names[NR_NAMES];

static uint64_t number_key(struct route_dev dev)
{
	return ((uint64_t)(dev.major & 0xfff) << 20 | (dev.minor & 0xfffff)) << 32;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Reads digits up to 65535. Return: what follows, NULL if there are none. */
static const char *take_number(const char *at, uint64_t *out)
{
	const char *start = at;

	for (*out = 0; *at >= '0' && *at <= '9' && *out < 6554; at++)
		*out = *out * 10 + (uint64_t)(*at - '0');
	return at == start || *out > 65535 ? NULL : at;
}

void link_remember(struct route_dev dev, const char *path)
{
	const char *at = base_name(path);
	uint64_t x, y;

	if (strncmp(at, "dax", 3))
		return;
	at = take_number(at + 3, &x);
	if (!at || *at != '.')
		return;
	at = take_number(at + 1, &y);
	if (at && !*at)
		atomic_store_explicit(&names[dev.minor % NR_NAMES], number_key(dev) | x << 16 | y,
				      memory_order_relaxed);
}

static bool remembered_name(struct route_dev dev, char name[static NAME_MAX_LEN])
{
	uint64_t key = atomic_load_explicit(&names[dev.minor % NR_NAMES], memory_order_relaxed);

	if (!key || key >> 32 << 32 != number_key(dev))
		return false;
	name = route_put_number(stpcpy(name, "dax"), (key >> 16) & 0xffff);
	*name++ = '.';
	route_put_number(name, key & 0xffff);
	return true;
}

/* daxX.Y, by its link in sysfs, else as it was opened. */
static bool device_name(struct route_dev dev, char name[static NAME_MAX_LEN])
{
	char path[ROUTE_PATH_MAX], link[512];
	long n;

	route_sysfs_path(dev, "", path);
	n = SYS4(SYS_readlinkat, AT_FDCWD, path, link, sizeof(link) - 1);
	if (n <= 0)
		return remembered_name(dev, name);
	link[n] = '\0';
	if (strlen(base_name(link)) >= NAME_MAX_LEN)
		return false;
	strcpy(name, base_name(link));
	return true;
}

/* Reads "MAJOR:MINOR". Return: what follows, NULL if it is something else. */
static const char *take_device(const char *at, struct route_dev *dev)
{
	char *end;

	dev->major = (unsigned)strtoul(at, &end, 10);
	if (end == at || *end != ':')
		return NULL;
	at = end + 1;
	dev->minor = (unsigned)strtoul(at, &end, 10);
	return end == at ? NULL : end;
}

/* @link: of a twin, below its directory. @out: what the device file's would be. */
static bool translate(const char *link, char *out)
{
	struct route_dev dev;
	const char *rest = take_device(link, &dev);
	char name[NAME_MAX_LEN];

	if (!rest || !device_name(dev, name))
		return false;
	/* What follows is " (deleted)" or nothing. */
	stpcpy(stpcpy(stpcpy(out, "/dev/"), name), rest);
	return true;
}

ssize_t link_fix(int dir, const char *path, char *buf, size_t size, ssize_t r)
{
	static const char prefix[] = DAXEMU_TWINS "/";
	char link[128], text[256];
	size_t skip = sizeof(prefix) - 1, len;
	long n;

	if (r < (ssize_t)skip || memcmp(buf, prefix, skip))
		return r;
	/* All of it: the caller's buffer may be too small. */
	n = SYS4(SYS_readlinkat, dir, path, link, sizeof(link) - 1);
	if (n < (long)skip || memcmp(link, prefix, skip))
		return r;
	link[n] = '\0';
	if (!translate(link + skip, text))
		return r;
	len = strlen(text) < size ? strlen(text) : size;
	memcpy(buf, text, len);
	/* For those who cleared it before, to have an end. */
	if ((size_t)r > len)
		memset(buf + len, 0, (size_t)r - len);
	return (ssize_t)len;
}
