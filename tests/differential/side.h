/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What `steps` printed on one of two machines, item by item: the head of a sequence or a step with
 * its result, and behind it the lines that changed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define MAX_LINES 2048 /* of one step */

struct side {
	FILE *file; /* owned by whoever opened it */
	const char *title;
	char *ahead;		/* a line read too early, or NULL */
	char *head;		/* `= ...`, or N, STEP and result */
	char *lines[MAX_LINES]; /* what changed, without the first tab */
	size_t nr;
	bool end;
};

/* Reads the next item over the last one; sets @end when there is none. */
void side_read_item(struct side *side);

/* The item is the head of a sequence, or there is none. */
bool side_at_sequence(const struct side *side);

/* On to the head of the next sequence, unless already there. */
void side_skip_sequence(struct side *side);

/* The sequence could not begin: `= ... lost`. */
bool side_is_lost(const struct side *side);

/* Frees the item. */
void side_forget(struct side *side);
