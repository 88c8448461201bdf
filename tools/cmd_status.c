/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu status, maps and watch: what the daemon says of itself, as JSON. */
#include <json.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "cli.h"
#include "connect.h"
#include "daemon/control.h"
#include "human.h"

static int print_file(int file, bool human)
{
	struct json_object *json = json_object_from_fd(file);
	const int style = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;

	if (!json)
		return -EIO;
	if (human)
		human_json(json);
	puts(json_object_to_json_string_ext(json, style));
	json_object_put(json);
	return fflush(stdout) ? -errno : 0;
}

static int show(const struct args *args, const char *word)
{
	_cleanup_fd_ int file = -1;
	struct refusal refusal;
	int r = connect_ask(args, word, &file, &refusal);

	if (!r) {
		r = print_file(file, args_get(args, "human") != NULL);
		if (r < 0)
			refuse(&refusal, "no answer: %s", strerror(-r));
	}
	return r < 0 ? cli_refuse(args->verb, &refusal) : 0;
}

int cmd_status(const struct args *args)
{
	return show(args, CONTROL_STATUS);
}

int cmd_maps(const struct args *args)
{
	return show(args, CONTROL_MAPS);
}

/* Until the instance ends, or we do: as the lines come. */
static int copy_to_stdout(int pipe)
{
	char text[4096];
	ssize_t n;

	while ((n = read(pipe, text, sizeof(text))) > 0)
		if (fwrite(text, 1, (size_t)n, stdout) != (size_t)n || fflush(stdout))
			return -errno;
	return n < 0 ? -errno : 0;
}

int cmd_watch(const struct args *args)
{
	_cleanup_fd_ int pipe = -1;
	struct refusal refusal;
	int r = connect_ask(args, CONTROL_WATCH, &pipe, &refusal);

	if (!r) {
		r = copy_to_stdout(pipe);
		if (r < 0)
			refuse(&refusal, "watch: %s", strerror(-r));
	}
	return r < 0 ? cli_refuse(args->verb, &refusal) : 0;
}
