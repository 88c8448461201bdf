// SPDX-License-Identifier: BSD-3-Clause
/*
 * A pool of libpmemobj that can tell whether a transaction was ever half done. Its root holds
 * accounts, whose sum never changes, and a list of entries, each with a checksum; every transaction
 * moves money and adds or removes an entry.
 *
 *   ledger create DEVICE         a new pool
 *   ledger work DEVICE SERIAL    check it, print "open", then one transaction after the other until
 *                                killed; the file SERIAL holds the number of the last one committed
 *   ledger check DEVICE SERIAL   check it; nothing that SERIAL knows of may be missing
 *   ledger where DEVICE          print the address at which the pool is mapped
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libpmemobj.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LAYOUT	 "ledger"
#define ACCOUNTS 64
#define ENTRIES	 512 /* from here on entries are removed as often as added */

enum { TYPE_ENTRY = 1 };

struct root {
	uint64_t serial; /* of the last transaction */
	uint64_t entries;
	PMEMoid newest;
	int64_t accounts[ACCOUNTS]; /* their sum is 0 */
};

struct entry {
	PMEMoid older;
	uint64_t serial; /* of the transaction that made it */
	uint64_t len;	 /* bytes of @text */
	uint64_t sum;	 /* of @text and @serial */
	unsigned char text[];
};

static PMEMobjpool *pool;
static struct root *root;
static volatile uint64_t *committed; /* the file SERIAL */

static void fatal(const char *what, const char *why)
{
	printf("ledger: %s: %s\n", what, why);
	exit(1);
}

static struct entry *entry_of(PMEMoid oid)
{
	return pmemobj_direct(oid);
}

/* Fowler, Noll, Vo. */
static uint64_t sum_of(const struct entry *entry)
{
	uint64_t sum = 0xcbf29ce484222325 ^ entry->serial;

	for (uint64_t i = 0; i < entry->len; i++)
		sum = (sum ^ entry->text[i]) * 0x100000001b3;
	return sum;
}

static void check_accounts(void)
{
	int64_t sum = 0;

	for (size_t i = 0; i < ACCOUNTS; i++)
		sum += root->accounts[i];
	if (sum)
		fatal("accounts", "their sum has changed");
}

static void check_entries(void)
{
	uint64_t listed = 0, allocated = 0, serial = root->serial + 1;
	PMEMoid oid;

	for (oid = root->newest; !OID_IS_NULL(oid); oid = entry_of(oid)->older) {
		const struct entry *entry = entry_of(oid);

		if (entry->serial >= serial || entry->sum != sum_of(entry))
			fatal("entries", "one is damaged");
		serial = entry->serial;
		listed++;
	}
	for (oid = pmemobj_first(pool); !OID_IS_NULL(oid); oid = pmemobj_next(oid))
		allocated += pmemobj_type_num(oid) == TYPE_ENTRY;
	if (listed != root->entries || allocated != listed)
		fatal("entries", "one is lost");
}

/* A transaction may be in the pool and not yet in the file, never the other way round. */
static void check_serial(void)
{
	uint64_t pool_has = root->serial, known = *committed;

	if (pool_has == known || pool_has == known + 1)
		return;
	printf("ledger: the last transaction is %" PRIu64 ", not %" PRIu64 "\n", pool_has, known);
	exit(1);
}

static void check(void)
{
	check_accounts();
	check_entries();
	check_serial();
}

static void add_entry(unsigned int random)
{
	uint64_t len = random % 4000;
	PMEMoid oid = pmemobj_tx_alloc(sizeof(struct entry) + len, TYPE_ENTRY);
	struct entry *entry = entry_of(oid);

	if (!entry)
		return; /* the transaction is aborted */
	entry->older = root->newest;
	entry->serial = root->serial;
	entry->len = len;
	memset(entry->text, (int)random, len);
	entry->sum = sum_of(entry);
	root->newest = oid;
	root->entries++;
}

static void remove_entry(void)
{
	PMEMoid oid = root->newest;

	root->newest = entry_of(oid)->older;
	root->entries--;
	pmemobj_tx_free(oid);
}

static void change(unsigned int random)
{
	int64_t amount = random % 1000;

	root->serial++;
	root->accounts[random % ACCOUNTS] -= amount;
	if (root->entries && random % (2 * ENTRIES) < root->entries)
		remove_entry();
	else
		add_entry(random);
	root->accounts[random / ACCOUNTS % ACCOUNTS] += amount;
}

/* One transaction; every eighth changes its mind. */
static void transact(unsigned int random)
{
	if (pmemobj_tx_begin(pool, NULL, TX_PARAM_NONE))
		fatal("begin", pmemobj_errormsg());
	pmemobj_tx_add_range_direct(root, sizeof(*root));
	if (pmemobj_tx_stage() == TX_STAGE_WORK)
		change(random);
	if (pmemobj_tx_stage() == TX_STAGE_WORK) {
		if (random % 8)
			pmemobj_tx_commit();
		else
			pmemobj_tx_abort(ECANCELED);
	}
	if (pmemobj_tx_end() && random % 8)
		fatal("transaction", pmemobj_errormsg());
	*committed = root->serial;
}

static void work(void)
{
	check();
	*committed = root->serial;
	srandom((unsigned int)getpid());
	puts("open");
	fflush(stdout);
	for (;;)
		transact((unsigned int)random());
}

static void where(void)
{
	printf("%p\n", (void *)pool);
}

static volatile uint64_t *map_serial(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *p;

	if (fd < 0 || ftruncate(fd, sizeof(uint64_t)) < 0)
		fatal(path, strerror(errno));
	p = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		fatal(path, strerror(errno));
	close(fd);
	return p;
}

static const struct verb {
	const char *name;
	void (*run)(void);
	bool create, serial;
} verbs[] = {
	{ "create", NULL, true, false },
	{ "work", work, false, true },
	{ "check", check, false, true },
	{ "where", where, false, false },
};

static const struct verb *find_verb(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (argc == 3 + verbs[i].serial && !strcmp(argv[1], verbs[i].name))
			return &verbs[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct verb *verb = find_verb(argc, argv);

	if (!verb)
		return 2;
	pool = verb->create ? pmemobj_create(argv[2], LAYOUT, 0, 0600)
			    : pmemobj_open(argv[2], LAYOUT);
	if (!pool)
		fatal(verb->name, pmemobj_errormsg());
	root = pmemobj_direct(pmemobj_root(pool, sizeof(struct root)));
	if (!root)
		fatal("root", pmemobj_errormsg());
	if (verb->serial)
		committed = map_serial(argv[3]);
	if (verb->run)
		verb->run();
	pmemobj_close(pool);
	return 0;
}
