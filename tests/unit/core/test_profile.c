/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of kernels, against what was recorded of each. */
#include <errno.h>
#include <stdio.h>

#include "base/util.h"
#include "core/profile.h"
#include "rows.h"

static const struct dax_profile cases[] = {
	{ "6.1",
	  "6.1.0-50-amd64",
	  { DAX_MATCH_ANY, DAX_MATCH_ID, DAX_MATCH_ABSENT },
	  252,
	  246,
	  "platform",
	  .odd_mapping_error = -ENXIO,
	  .unaligned_split_error = -ENOMEM,
	  .auto_online = DAX_OFFLINE,
	  .iomem_soft_reserved = true },
	{ "6.12",
	  "6.12.107+deb13-amd64",
	  { DAX_MATCH_DEVICE, DAX_MATCH_KMEM, DAX_MATCH_ABSENT },
	  252,
	  245,
	  "platform",
	  .has_memmap_on_memory = true,
	  .unaligned_split_error = -EINVAL,
	  .auto_online = DAX_ONLINE,
	  .has_crash_hotplug = true,
	  .iomem_soft_reserved = true },
	{ "7.2",
	  "7.2.13+deb14-amd64",
	  { DAX_MATCH_DEVICE, DAX_MATCH_KMEM, DAX_MATCH_ID },
	  251,
	  244,
	  "platform/hmem_platform.0",
	  .has_memmap_on_memory = true,
	  .bool_enable_disable = true,
	  .unaligned_split_error = -EINVAL,
	  .auto_online = DAX_ONLINE,
	  .has_crash_hotplug = true,
	  .node_added_before_blocks = true,
	  .madv_guard = true },
};

static void check_flags(const struct dax_profile *p, const struct dax_profile *want)
{
	assert_int_equal(p->has_memmap_on_memory, want->has_memmap_on_memory);
	assert_int_equal(p->bool_enable_disable, want->bool_enable_disable);
	assert_int_equal(p->has_crash_hotplug, want->has_crash_hotplug);
	assert_int_equal(p->node_added_before_blocks, want->node_added_before_blocks);
	assert_int_equal(p->iomem_soft_reserved, want->iomem_soft_reserved);
	assert_int_equal(p->madv_guard, want->madv_guard);
}

static void test_profile(void **state)
{
	const struct dax_profile *want = *state;
	const struct dax_profile *p = dax_profile_find(want->name);

	assert_non_null(p);
	assert_string_equal(p->release, want->release);
	assert_memory_equal(p->match, want->match, sizeof(p->match));
	assert_int_equal(p->major, want->major);
	assert_int_equal(p->nd_major, want->nd_major);
	assert_string_equal(p->hmem_parent, want->hmem_parent);
	assert_int_equal(p->odd_mapping_error, want->odd_mapping_error);
	assert_int_equal(p->unaligned_split_error, want->unaligned_split_error);
	assert_int_equal(p->auto_online, want->auto_online);
	check_flags(p, want);
}

static void test_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_ptr_equal(dax_profile_at(i), dax_profile_find(cases[i].name));
	assert_null(dax_profile_at(ARRAY_SIZE(cases)));
	assert_null(dax_profile_find("6.2"));
	assert_string_equal(dax_profile_default()->name, "6.12");
}

int main(void)
{
	static struct CMUnitTest units[ARRAY_SIZE(cases) + 1];
	size_t n = row_tests(units, ROWS(cases, name), test_profile);

	units[n] = (struct CMUnitTest){ .name = "list", .test_func = test_list };
	return cmocka_run_group_tests_name("core.profile", units, NULL, NULL);
}
