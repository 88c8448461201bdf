/* SPDX-License-Identifier: BSD-3-Clause */
/* The device files there are, see nodes.h. */
#include "cuse/nodes.h"

#include <errno.h>
#include <stdlib.h>

#include "cuse/devfile.h"
#include "cuse/pool.h"
#include "cuse/session.h"

#define SERVING_THREADS 4

struct node {
	uint64_t serial;
	struct session *session;
	struct node *next;
};

/* Files that were open when their device file went; their number stays taken until the end. */
struct orphan {
	struct dax_dev *dev;
	size_t opens;
	struct orphan *next;
};

int nodes_init(struct nodes *nodes, const struct cuse_config *config)
{
	*nodes = (struct nodes){ .config = *config };
	return pool_new(&nodes->pool, SERVING_THREADS);
}

static void keep_orphan(struct nodes *nodes, struct dax_dev *dev, size_t opens)
{
	struct orphan *orphan = opens ? calloc(1, sizeof(*orphan)) : NULL;

	if (!orphan)
		return; /* nothing to give back, or no memory to remember it: a hold for ever */
	*orphan = (struct orphan){ .dev = dev, .opens = opens, .next = nodes->orphans };
	nodes->orphans = orphan;
}

/* The session of a device file that nobody serves any more. */
static void end_session(struct nodes *nodes, struct session *session)
{
	struct dax_dev *dev;
	size_t opens;

	session_free(session, &dev, &opens);
	keep_orphan(nodes, dev, opens);
}

static int make_session(struct nodes *nodes, const struct node_spec *spec, struct session **out)
{
	struct session_config config = {
		.model = nodes->config.model,
		.lock = nodes->config.lock,
		.id = spec->id,
		.major = nodes->config.major,
		.minor = spec->minor,
	};
	int r = session_new(out, &config);

	if (r < 0)
		return r;
	r = pool_add(nodes->pool, *out);
	if (r < 0)
		end_session(nodes, *out);
	return r;
}

int nodes_add(struct nodes *nodes, const struct node_spec *spec)
{
	struct node *node = calloc(1, sizeof(*node));
	int r = node ? make_session(nodes, spec, &node->session) : -ENOMEM;

	if (r < 0) {
		free(node);
		return r;
	}
	node->serial = spec->serial;
	node->next = nodes->list;
	nodes->list = node;
	return 0;
}

static void remove_at(struct nodes *nodes, struct node **at)
{
	struct node *node = *at;

	*at = node->next;
	pool_remove(nodes->pool, node->session);
	end_session(nodes, node->session);
	free(node);
}

void nodes_remove(struct nodes *nodes, uint64_t serial)
{
	struct node **at = &nodes->list;

	while (*at && (*at)->serial != serial)
		at = &(*at)->next;
	if (*at)
		remove_at(nodes, at);
}

void nodes_remove_all(struct nodes *nodes)
{
	while (nodes->list)
		remove_at(nodes, &nodes->list);
}

static void release(struct nodes *nodes, struct orphan *orphan)
{
	while (orphan->opens-- > 0)
		devfile_release(orphan->dev, nodes->config.lock);
	free(orphan);
}

void nodes_free(struct nodes *nodes)
{
	if (nodes->pool)
		pool_free(nodes->pool);
	while (nodes->orphans) {
		struct orphan *orphan = nodes->orphans;

		nodes->orphans = orphan->next;
		release(nodes, orphan);
	}
}
