/* SPDX-License-Identifier: BSD-3-Clause */
/* What the verbs of the daxemu command share. */
#pragma once

#include "daemon/args.h"
#include "daemon/refuse.h"

/* Prints the sentence on stderr. Return: the verb's exit status for a refusal. */
int cli_refuse(enum verb verb, const struct refusal *refusal);

/* Verbs: arguments are those after the verb and valid for it. Return: the exit status. */
int cmd_run(const struct args *args);
int cmd_start(const struct args *args);
int cmd_stop(const struct args *args);
int cmd_status(const struct args *args);
int cmd_maps(const struct args *args);
int cmd_watch(const struct args *args);
int cmd_load(const struct args *args);
int cmd_unload(const struct args *args);
int cmd_inject(const struct args *args);
int cmd_doctor(const struct args *args);

/* The instance that --instance names. Return: 0 or -EINVAL. */
int cli_instance(const struct args *args, const char **name, struct refusal *refusal);
