/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that configurations name, see config_dir.h. */
#include "config_dir.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/util.h"

static char directory[] = "/tmp/daxemu-config-XXXXXX";

static int make_file(const char *name, off_t size, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

	if (fd < 0 || ftruncate(fd, size) < 0)
		return -1;
	return close(fd);
}

int config_dir_make(void **state)
{
	(void)state;
	if (!mkdtemp(directory) || chdir(directory) < 0 || mkdir("dir", 0755) < 0)
		return -1;
	if (symlink("good", "alias") < 0)
		return -1;
	return make_file("good", 4 << 20, 0644) || make_file("odd", 4097, 0644) ||
	       make_file("empty", 0, 0644);
}

int config_dir_remove(void **state)
{
	static const char *const names[] = { "good", "odd", "empty", "alias", "file.ini" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlink(names[i]);
	rmdir("dir");
	return rmdir(directory);
}

void config_dir_write(const char *text)
{
	FILE *f = fopen("file.ini", "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}
