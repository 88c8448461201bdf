#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What Python's mmap module gets from a device-dax file; compared with the recording."""
import mmap
import os
import sys

SIZE = 2 << 20

fd = os.open(sys.argv[1], os.O_RDWR)
m = mmap.mmap(fd, SIZE)
m[0:5] = b"hello"
print(m[0:5], m.size(), os.fstat(fd).st_size, os.lseek(fd, 0, os.SEEK_END))
for name, call in (
    ("flush", m.flush),
    ("len0", lambda: mmap.mmap(fd, 0)),
    ("4k", lambda: mmap.mmap(fd, 4096)),
    ("private", lambda: mmap.mmap(fd, SIZE, flags=mmap.MAP_PRIVATE)),
    ("read", lambda: os.read(fd, 1)),
    ("fsync", lambda: os.fsync(fd)),
):
    try:
        print(name, call())
    except OSError as error:
        print(name, type(error).__name__, error)
