/* SPDX-License-Identifier: BSD-3-Clause */
/* How device files are made: by CUSE or by FUSE. */
#include "daemon/node.h"

#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "base/util.h"
#include "cuse/cuse.h"

/* Elsewhere the kernel opens no device file on our mounts. */
static bool in_first_user_namespace(void)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/uid_map", "re");
	unsigned inside, outside, count;

	return f && fscanf(f, "%u %u %u", &inside, &outside, &count) == 3 && !inside && !outside &&
	       count == UINT32_MAX;
}

static int start_cuse(struct cuse **out, struct dax_model *model, pthread_rwlock_t *lock,
		      unsigned major)
{
	const struct cuse_config config = { .model = model, .lock = lock, .major = major };
	int r = cuse_new(out, &config);

	if (r < 0)
		return r;
	r = cuse_start(*out);
	if (r < 0) {
		cuse_free(*out);
		*out = NULL;
	}
	return r;
}

static int try_cuse(struct cuse **out, struct dax_model *model, pthread_rwlock_t *lock,
		    struct dax_profile *profile)
{
	unsigned own = profile->major;
	int r = in_first_user_namespace() ? cuse_usable() : -EPERM;

	if (!r)
		r = cuse_free_major(own);
	if (r < 0)
		return r;
	profile->major = (unsigned)r; /* what sysfs shows from now on */
	r = start_cuse(out, model, lock, profile->major);
	if (r < 0)
		profile->major = own;
	return r;
}

int node_new(struct cuse **out, enum config_node wanted, struct dax_model *model,
	     pthread_rwlock_t *lock, struct dax_profile *profile, struct refusal *refusal)
{
	int r;

	*out = NULL;
	if (wanted == CONFIG_NODE_FUSE)
		return 0;
	r = try_cuse(out, model, lock, profile);
	if (!r)
		return 0;
	if (wanted == CONFIG_NODE_AUTO) {
		log_info("daemon", "device files by FUSE, for CUSE: %s", strerror(-r));
		return 0;
	}
	if (r == -EEXIST)
		return refuse(refusal, "--node=cuse: the machine has a device of the same name in "
				       "/dev: give the regions other ids, or say --node=fuse");
	return refuse(refusal,
		      "--node=cuse: /dev/cuse cannot be used (%s): be root of the machine and load "
		      "it with 'modprobe cuse', or say --node=fuse",
		      strerror(-r));
}
