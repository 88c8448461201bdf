/* SPDX-License-Identifier: BSD-3-Clause */
/* Where our own other parts are: beside the running program. */
#include "programs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

/* Directory of the running program; "" if /proc does not say. */
static void own_directory(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);

	out[n > 0 ? n : 0] = '\0';
	if (n > 0)
		*strrchr(out, '/') = '\0';
}

/* The first of the NULL-ended places, relative to us, where the file is. */
static int find(const char *const *places, int mode, char out[PATH_MAX])
{
	char own[PATH_MAX], path[2 * PATH_MAX];

	own_directory(own);
	for (; *places; places++) {
		snprintf(path, sizeof(path), "%s/%s", own, *places);
		if (!access(path, mode) && realpath(path, out))
			return 0;
	}
	return -ENOENT;
}

int programs_daemon(char out[PATH_MAX], struct refusal *refusal)
{
	static const char *const places[] = { "daxemud", NULL };

	if (!find(places, X_OK, out))
		return 0;
	return refuse(refusal, "daxemud is missing: it must be beside daxemu");
}

/*
 * With a library for 32-bit programs, ld.so finds each program's by its own $LIB. @path: of ours,
 * in a directory that has a link to it by the $LIB of our own ld.so then.
 */
static void serve_both(char path[PATH_MAX])
{
#ifdef DAXEMU_LIB64
	char both[2 * PATH_MAX];
	char *name = strrchr(path, '/');

	*name++ = '\0';
	snprintf(both, sizeof(both), "%s/" DAXEMU_LIB64 "/%s", path, name);
	if (!access(both, R_OK) &&
	    (size_t)snprintf(both, sizeof(both), "%s/$LIB/%s", path, name) < PATH_MAX)
		strcpy(path, both);
	else
		name[-1] = '/';
#else
	(void)path;
#endif
}

int programs_preload(char out[PATH_MAX], struct refusal *refusal)
{
	static const char *const places[] = {
		DAXEMU_PRELOAD_FROM_BIN,       /* installed */
		"../lib/libdaxemu-preload.so", /* build tree */
		NULL,
	};

	if (find(places, R_OK, out) < 0)
		return refuse(refusal,
			      "libdaxemu-preload.so is missing: it must be at %s from "
			      "daxemu",
			      DAXEMU_PRELOAD_FROM_BIN);
	if (out[strcspn(out, ": \t\n$")])
		return refuse(refusal,
			      "%s: the path of the preload library must have no blank, no "
			      "colon and no $",
			      out);
	serve_both(out);
	return 0;
}
