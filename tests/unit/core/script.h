/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Core tests as rows of text, in the words of the recordings: a command and what it answers, a
 * question and what it shows. The rows of a sequence follow each other; each is a test of its own,
 * which replays the rows before it. A command that fails must leave the whole model as it was.
 *
 * Commands ("a; b" runs both, all but the last must succeed). DEV is Y of dax0.Y, or X.Y:
 *	region ID START LEN hmem|pmem|idle [DRIVER|none|default [ALIGN]]    size DEV BYTES    align
 *DEV BYTES map DEV START-END    create VALUE [REGION]    delete DEV    disable ID    enable ID
 *	detach ID    attach ID
 *	bind|unbind|new_id|remove_id DRIVER DEV    probe DEV    load|unload DRIVER
 *	autoprobe 0|1    idle 0|1    policy POLICY    set BLOCK POLICY    mom DEV 0|1
 *	fault offline|online ERRNO COUNT [BLOCK]    no_fault offline|online [BLOCK]
 *	open DEV    reopen MINOR    release MINOR    fail_up ERRNO    fail_region ERRNO
 *	bad ID OFFSET LEN    clear ID ADDRESS LEN    fail_zero ERRNO
 * Questions:
 *	geom DEV    driver DEV    minor DEV    seed [ID]    youngest [ID]    avail [ID]    devs [ID]
 *bad [ID] mom DEV    blocks    zones    claims    nodes N    tier N    opens DRIVER    events ops
 */
#pragma once

#include "core/model.h"

/* Numbers are bytes, or hex without 0x in `map`, `region`, where the recordings have them so. */
struct row {
	const char *name;
	const char *command;
	int result; /* 0, -errno, ANY */
	const char *question;
	const char *answer;
};

#define ANY 12345 /* set-up: whatever it answers */

struct sequence {
	const char *name; /* before the row's name */
	const char *abi;  /* NULL for 6.12 */
	const struct row *rows;
	const char *setup; /* commands before the first row; default: one empty-handed region */
	bool memmap_on_memory;
};

/* What a model under test told us. */
struct script {
	struct dax_model *model;
	struct dax_watcher watcher;
	char events[8192];
	char ops[1024];
	int fail_up;	 /* what dev_up answers */
	int fail_region; /* what region_added answers */
	int fail_zero;	 /* what zero answers */
};

/* One region, id 0, 2 GiB at 0x100000000, hmem, bound to nothing; 128 MiB blocks, offline. */
#define SETUP "region 0 100000000 80000000 hmem none"

void script_begin(struct script *script, const struct sequence *sequence);
void script_end(struct script *script);

/* Return: the last command's answer. */
int script_run(struct script *script, const char *commands);

struct dax_dev *script_dev(const struct script *script, const char *name);

/* Runs every row of sequences that end with a NULL name. Return: failures, for main(). */
int script_main(const char *group, const struct sequence *sequences);

/* --- text.c */

/* Answers to questions. @out has @size bytes. */
void text_ask(const struct script *script, const char *question, char *out, size_t size);

/* Everything that can be seen of a model. */
void text_dump(const struct dax_model *model, char *out, size_t size);

/* "bind dax0.0 kmem" */
void text_event(const struct dax_event *event, char *out, size_t size);
