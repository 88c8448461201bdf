/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A directory with the files that rows of configurations name; the working directory of all rows:
 * `good` of 4 MiB, also called `alias`, `odd` of 4097 bytes, `empty`, and a directory `dir`.
 */
#pragma once

/* cmocka's, of a group. */
int config_dir_make(void **state);
int config_dir_remove(void **state);

/* Writes `file.ini`. */
void config_dir_write(const char *text);
