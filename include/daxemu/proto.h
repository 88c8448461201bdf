/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a client and the daemon say to each other: fixed paths, inode numbers, and the datagrams
 * of the broker's SOCK_SEQPACKET socket. The preload library knows this file and nothing else of
 * daxemu.
 */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Inside `daxemu run`. DAXEMU_DIR is a directory of the FUSE mount that no listing of /dev shows;
 * the sockets are bind-mounted into it: the broker's, and ctl, of the daxemu command.
 */
#define DAXEMU_DIR    "/dev/.daxemu"
#define DAXEMU_SOCKET DAXEMU_DIR "/sock"
/* Twins of the device files, by number: DAXEMU_TWINS "/252:0". */
#define DAXEMU_TWINS DAXEMU_DIR "/twin"

/*
 * st_ino on the FUSE mount says what a file is, so that no request is needed to know a device
 * file: bits 28-30 are the kind, 20-27 the low byte of the major, 0-19 the minor. Together with
 * the mount's st_dev this names the device for as long as anybody holds it open. Fits 32 bits.
 */
#define DAXEMU_INO_NODE UINT32_C(4) /* S_IFCHR daxX.Y */
#define DAXEMU_INO_TWIN UINT32_C(5) /* the S_IFREG file opened in its place */

static inline uint32_t daxemu_ino(uint32_t kind, unsigned major, unsigned minor)
{
	return kind << 28 | (major & 0xff) << 20 | (minor & 0xfffff);
}

static inline uint32_t daxemu_ino_kind(uint64_t ino)
{
	return ino >> 31 ? 0 : (uint32_t)ino >> 28;
}

static inline unsigned daxemu_ino_major(uint64_t ino)
{
	return (unsigned)(ino >> 20) & 0xff;
}

static inline unsigned daxemu_ino_minor(uint64_t ino)
{
	return (unsigned)ino & 0xfffff;
}

#define DAXEMU_PROTO_VERSION 1

enum daxemu_msg_type {
	DAXEMU_MSG_MAP = 1,	  /* struct daxemu_msg_map, with the open device file */
	DAXEMU_MSG_MAP_REPLY = 2, /* struct daxemu_msg_map_reply, with the memory */
	DAXEMU_MSG_BAD = 3,	  /* struct daxemu_msg_bad, behind a reply that announces it */
};

/* Starts every message. All numbers are in the machine's byte order: the socket is local. */
struct daxemu_msg_header {
	uint32_t size;	  /* of the whole message, bytes */
	uint16_t version; /* DAXEMU_PROTO_VERSION */
	uint16_t type;	  /* enum daxemu_msg_type */
	uint32_t serial;  /* chosen by the client, repeated in the reply */
	int32_t error;	  /* 0 in requests; 0 or -errno in replies */
};

/* May I map? Carries exactly one fd: the caller's open device file, which is the right to ask. */
struct daxemu_msg_map {
	struct daxemu_msg_header header;
	uint64_t addr; /* the address if MAP_FIXED, else 0 */
	uint64_t len;  /* bytes, as given to mmap(2) */
	uint64_t off;  /* bytes, as given to mmap(2) */
	int32_t prot;
	int32_t flags;
};

/*
 * The answer. Without error it carries exactly one fd: the memory of the whole device, whose
 * offset 0 is offset 0 of the device; open read-only if the caller's file is. Else none.
 */
struct daxemu_msg_map_reply {
	struct daxemu_msg_header header;
	uint64_t align;	    /* of the device now, bytes: addresses and splits */
	uint64_t page_size; /* of the memory: 4096, or a huge page's size */
	uint64_t file_len;  /* bytes of the memory file; past it is SIGBUS */
	uint32_t profile;   /* bit 0: an unaligned split is ENOMEM; bit 1: MADV_GUARD_* works */
	uint32_t nr_bad;    /* bad ranges in what was asked for; their list follows */
};

/* Pages of the memory that hold a bad block: an access is to be SIGBUS. */
struct daxemu_bad {
	uint64_t off; /* bytes into the memory; multiples of page_size, as is @len */
	uint64_t len;
};

#define DAXEMU_BAD_MAX 31

/*
 * A part of the list, which has as many ranges in all as the reply said, by offset, and as few
 * messages as they need; no fd. Its size says how many are in this one. A client that has no use
 * for the list need not read it.
 */
struct daxemu_msg_bad {
	struct daxemu_msg_header header;
	struct daxemu_bad ranges[DAXEMU_BAD_MAX];
};

#define DAXEMU_PROFILE_SPLIT_ENOMEM 1u
#define DAXEMU_PROFILE_MADV_GUARD   2u

static_assert(sizeof(struct daxemu_msg_header) == 16, "wire format");
static_assert(sizeof(struct daxemu_msg_map) == 48, "wire format");
static_assert(offsetof(struct daxemu_msg_map, addr) == 16, "no padding");
static_assert(sizeof(struct daxemu_msg_map_reply) == 48, "wire format");
static_assert(offsetof(struct daxemu_msg_map_reply, align) == 16, "no padding");
static_assert(sizeof(struct daxemu_msg_bad) == 512, "wire format");
static_assert(offsetof(struct daxemu_msg_bad, ranges) == 16, "no padding");
