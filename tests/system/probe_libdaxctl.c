// SPDX-License-Identifier: BSD-3-Clause
/* What libdaxctl's own API says about every region, device and mapping, one line each. */
#include <stdio.h>
#include <daxctl/libdaxctl.h>

static void print_dev(struct daxctl_dev *dev)
{
	struct daxctl_mapping *mapping;

	printf(" dev %s id=%d maj:min=%d:%d res=%#llx size=%llu align=%lu node=%d enabled=%d "
	       "mem=%d "
	       "auto=%d\n",
	       daxctl_dev_get_devname(dev), daxctl_dev_get_id(dev), daxctl_dev_get_major(dev),
	       daxctl_dev_get_minor(dev), daxctl_dev_get_resource(dev), daxctl_dev_get_size(dev),
	       daxctl_dev_get_align(dev), daxctl_dev_get_target_node(dev),
	       daxctl_dev_is_enabled(dev), daxctl_dev_get_memory(dev) != NULL,
	       daxctl_dev_will_auto_online_memory(dev));
	daxctl_mapping_foreach(dev, mapping)
		printf("  map %#llx-%#llx off=%#llx size=%llu\n", daxctl_mapping_get_start(mapping),
		       daxctl_mapping_get_end(mapping), daxctl_mapping_get_offset(mapping),
		       daxctl_mapping_get_size(mapping));
}

static void print_region(struct daxctl_region *region)
{
	struct daxctl_dev *seed = daxctl_region_get_dev_seed(region), *dev;

	printf("region id=%d devname=%s path=%s size=%llu avail=%llu align=%lu seed=%s\n",
	       daxctl_region_get_id(region), daxctl_region_get_devname(region),
	       daxctl_region_get_path(region), daxctl_region_get_size(region),
	       daxctl_region_get_available_size(region), daxctl_region_get_align(region),
	       seed ? daxctl_dev_get_devname(seed) : "(none)");
	daxctl_dev_foreach(region, dev) print_dev(dev);
}

int main(void)
{
	struct daxctl_region *region;
	struct daxctl_ctx *ctx;

	if (daxctl_new(&ctx))
		return 1;
	daxctl_region_foreach(ctx, region) print_region(region);
	daxctl_unref(ctx);
	return 0;
}
