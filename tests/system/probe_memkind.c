/* SPDX-License-Identifier: BSD-3-Clause */
/* Does memkind find a node of device memory, and can it allocate there? Knows nothing of daxemu. */
#include <memkind.h>
#include <stdio.h>

int main(void)
{
	void *p;

	printf("DAX_KMEM=%d ALL=%d PREF=%d INTERL=%d\n", memkind_check_available(MEMKIND_DAX_KMEM),
	       memkind_check_available(MEMKIND_DAX_KMEM_ALL),
	       memkind_check_available(MEMKIND_DAX_KMEM_PREFERRED),
	       memkind_check_available(MEMKIND_DAX_KMEM_INTERLEAVE));
	fflush(stdout);
	p = memkind_malloc(MEMKIND_DAX_KMEM, 1 << 20);
	printf("malloc=%s\n", p ? "ok" : "NULL");
	return 0;
}
