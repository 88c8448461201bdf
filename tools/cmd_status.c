/* SPDX-License-Identifier: BSD-3-Clause */
/* daxemu status and daxemu maps: what the daemon says of itself, as JSON. */
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

static int ask_and_print(const char *word, const char *name, bool human, struct refusal *refusal)
{
	_cleanup_fd_ int sock = -1, file = -1;
	int r;

	sock = connect_instance(name, NULL, refusal);
	if (sock < 0)
		return sock;
	r = control_ask(sock, word, &file);
	if (!r)
		r = print_file(file, human);
	if (r < 0)
		return refuse(refusal, "--instance=%s: no answer: %s", name, strerror(-r));
	return 0;
}

static int show(const struct args *args, const char *word)
{
	struct refusal refusal;
	const char *name;

	if (cli_instance(args, &name, &refusal) < 0 ||
	    ask_and_print(word, name, args_get(args, "human") != NULL, &refusal) < 0)
		return cli_refuse(args->verb, &refusal);
	return 0;
}

int cmd_status(const struct args *args)
{
	return show(args, CONTROL_STATUS);
}

int cmd_maps(const struct args *args)
{
	return show(args, CONTROL_MAPS);
}
