/* SPDX-License-Identifier: BSD-3-Clause */
/* --help and --version, from the tables of daemon/options.h. */
#pragma once

#include <stdio.h>

#include "daemon/options.h"

void help_all(FILE *out);
void help_verb(FILE *out, enum verb verb);
void help_version(FILE *out);
