/* SPDX-License-Identifier: BSD-3-Clause */
/* open(2) of a device file. */
#include "chardev.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "report.h"

static void try_open(const char *name, int flags)
{
	char id[40];
	int fd;

	snprintf(id, sizeof(id), "open.%s", name);
	fd = open(target.path, flags, 0600);
	report_result(id, fd < 0 ? -1 : 0);
	if (fd >= 0)
		close(fd);
}

void chardev_open(void)
{
	static const struct {
		const char *name;
		int flags;
	} opens[] = {
		{ "rdonly", O_RDONLY },
		{ "wronly", O_WRONLY },
		{ "rdwr", O_RDWR },
		{ "acc3", O_ACCMODE },
		{ "trunc", O_RDWR | O_TRUNC },
		{ "creat", O_RDWR | O_CREAT },
		{ "excl", O_RDWR | O_CREAT | O_EXCL },
		{ "append", O_RDWR | O_APPEND },
		{ "direct", O_RDWR | O_DIRECT },
		{ "nonblock", O_RDWR | O_NONBLOCK },
		{ "sync", O_RDWR | O_SYNC },
		{ "directory", O_RDONLY | O_DIRECTORY },
		{ "path", O_PATH },
		{ "async", O_RDWR | O_ASYNC },
		{ "noatime", O_RDONLY | O_NOATIME },
		{ "exclonly", O_RDWR | O_EXCL },
		{ "largefile", O_RDWR | O_LARGEFILE },
	};
	int fd;

	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++)
		try_open(opens[i].name, opens[i].flags);
	fd = target_open(O_RDWR);
	try_open("second", O_RDWR);
	close(fd);
}
