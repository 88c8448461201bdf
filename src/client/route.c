/* SPDX-License-Identifier: BSD-3-Clause */
/* Is this file ours? See route.h. */
#include "client/route.h"

#include <string.h>
#include <sys/stat.h>

#include "daxemu/proto.h"

static uint32_t kind_of(const struct route_file *file)
{
	return daxemu_ino_kind(file->ino);
}

int route_plausible(const struct route_file *file)
{
	return (S_ISCHR(file->mode) && kind_of(file) == DAXEMU_INO_NODE) ||
	       (S_ISREG(file->mode) && kind_of(file) == DAXEMU_INO_TWIN);
}

enum route route_of(const struct route_file *file, uint64_t mount, struct route_dev *dev)
{
	if (mount && file->dev == mount && route_plausible(file)) {
		dev->major = daxemu_ino_major(file->ino);
		dev->minor = daxemu_ino_minor(file->ino);
		return S_ISCHR(file->mode) ? ROUTE_NODE : ROUTE_TWIN;
	}
	if (S_ISCHR(file->mode)) {
		dev->major = file->rdev_major;
		dev->minor = file->rdev_minor;
		return ROUTE_CHR;
	}
	return ROUTE_NONE;
}

char *route_put_number(char *at, unsigned n)
{
	char digits[10];
	int len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while (n /= 10);
	while (len)
		*at++ = digits[--len];
	*at = '\0';
	return at;
}

/* @dir: with its slash. Return: the end of the text. */
static char *put_device(char *at, const char *dir, struct route_dev dev)
{
	at = stpcpy(at, dir);
	at = route_put_number(at, dev.major);
	*at++ = ':';
	return route_put_number(at, dev.minor);
}

void route_twin_path(struct route_dev dev, char path[static ROUTE_PATH_MAX])
{
	put_device(path, DAXEMU_TWINS "/", dev);
}

void route_sysfs_path(struct route_dev dev, const char *attribute, char path[static ROUTE_PATH_MAX])
{
	char *end = put_device(path, "/sys/dev/char/", dev);

	if (*attribute)
		stpcpy(stpcpy(end, "/"), attribute);
}
