// SPDX-License-Identifier: BSD-3-Clause
/*
 * A statically linked program: no library can be preloaded into it. It prints what it sees of a
 * device in sysfs and /dev, then the error of open(2). Usage: static_client daxX.Y
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int print_attribute(const char *dev, const char *name)
{
	char path[256], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/dax/devices/%s/%s", dev, name);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file)) {
		fprintf(stderr, "static_client: %s: %s\n", path, strerror(errno));
		return 1;
	}
	fclose(file);
	printf("%s %s", name, text);
	return 0;
}

int main(int argc, char **argv)
{
	char path[256];
	struct stat st;
	int fd;

	if (argc != 2)
		return 2;
	if (print_attribute(argv[1], "size") || print_attribute(argv[1], "dev"))
		return 1;
	snprintf(path, sizeof(path), "/dev/%s", argv[1]);
	if (stat(path, &st) < 0)
		return 1;
	printf("stat %s %u:%u\n", S_ISCHR(st.st_mode) ? "chr" : "other", major(st.st_rdev),
	       minor(st.st_rdev));
	fd = open(path, O_RDWR | O_CLOEXEC);
	printf("open %s\n", fd < 0 ? strerrorname_np(errno) : "ok");
	return 0;
}
