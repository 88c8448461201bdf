/* SPDX-License-Identifier: BSD-3-Clause */
/* -u: sizes and addresses as people read them, written as daxctl writes them. */
#pragma once

#include <json.h>

/* Replaces the numbers of keys that are sizes or addresses by text, at every depth. */
void human_json(struct json_object *json);
