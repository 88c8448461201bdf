/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of an instance have from one another. */
#pragma once

#include "broker/broker.h"
#include "daemon/instance.h"

/* memory.c, for the model; @user is the instance. A failure for a region sets its refusal. */
extern const struct dax_ops instance_dax_ops;

/* The memory goes with the machine: nothing to bring home, so no bytes are copied at the end.
 * Users' own files stay. Nobody may map any more. */
void instance_drop_memory(const struct instance *instance);

/* grant.c, for the broker; @user is the instance. Called with the model lock held. */
extern const struct broker_ops instance_broker_ops;
