/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs rows of writes, see attr_case.h. */
#include "attr_case.h"

#include <string.h>

/* clang-format off */
#define UNBIND { DD "unbind", "dax0.0" }
#define HALVE  { D "size", "1073741824" }
#define SHRINK { D "size", "268435456" }
/* clang-format on */

const struct attr_write unbound[] = { UNBIND, { 0 } };
const struct attr_write halved[] = { UNBIND, HALVE, { 0 } };
const struct attr_write created[] = { UNBIND, HALVE, { G "create", "1" }, { 0 } };
const struct attr_write emptied[] = { UNBIND, { D "size", "0" }, { 0 } };
const struct attr_write small[] = { UNBIND, SHRINK, { 0 } };
const struct attr_write kmem[] = { UNBIND, SHRINK, { KM "new_id", "dax0.0" }, { 0 } };

void attr_case_test(void **state)
{
	const struct attr_case *c = *state;
	struct fixture fixture;
	long want = c->result == OK ? (long)strlen(c->text) : c->result;

	fixture_begin(&fixture, c->abi ? c->abi : "6.12", c->regions ? c->regions : "h");
	for (const struct attr_write *w = c->before; w && w->path; w++)
		assert_int_equal(fixture_write(&fixture, w->path, w->text), strlen(w->text));
	if (c->path)
		assert_int_equal(fixture_write(&fixture, c->path, c->text), want);
	assert_string_equal(fixture_read(&fixture, c->look), c->answer);
	fixture_end(&fixture);
}
