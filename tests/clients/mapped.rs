// SPDX-License-Identifier: BSD-3-Clause
//! What a Rust program gets from a device-dax file: std's own File, and mmap as the crate memmap2
//! calls it, without the crate. Usage: mapped DEVICE
use std::env;
use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io::{Error, Result};
use std::os::fd::AsRawFd;
use std::ptr;

const PROT_READ_WRITE: i32 = 1 | 2;
const MAP_SHARED: i32 = 1;
const MAP_PRIVATE: i32 = 2;
const MS_SYNC: i32 = 4;
const MIB: usize = 1 << 20;

extern "C" {
    fn mmap(addr: *mut c_void, len: usize, prot: i32, flags: i32, fd: i32, off: i64) -> *mut c_void;
    fn munmap(addr: *mut c_void, len: usize) -> i32;
    fn msync(addr: *mut c_void, len: usize, flags: i32) -> i32;
}

struct Map {
    start: *mut u8,
    len: usize,
}

impl Map {
    fn new(file: &File, len: usize, flags: i32, off: i64) -> Result<Map> {
        let start = unsafe { mmap(ptr::null_mut(), len, PROT_READ_WRITE, flags, file.as_raw_fd(), off) };
        match start as isize {
            -1 => Err(Error::last_os_error()),
            _ => Ok(Map { start: start as *mut u8, len }),
        }
    }

    fn bytes(&mut self) -> &mut [u8] {
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }

    fn flush(&self) -> Result<()> {
        match unsafe { msync(self.start as *mut c_void, self.len, MS_SYNC) } {
            0 => Ok(()),
            _ => Err(Error::last_os_error()),
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        unsafe { munmap(self.start as *mut c_void, self.len) };
    }
}

/// memmap2 asks the file for its length, which is 0, and maps at least a byte.
fn without_length(file: &File) -> Result<Map> {
    let len = file.metadata()?.len() as usize;
    Map::new(file, len.max(1), MAP_SHARED, 0)
}

fn report(name: &str, map: Result<Map>) {
    match map {
        Ok(map) => println!("{} ok {}", name, map.len),
        Err(error) => println!("{} err {}", name, error),
    }
}

fn main() -> Result<()> {
    let path = env::args().nth(1).expect("usage: mapped DEVICE");
    let file = OpenOptions::new().read(true).write(true).open(path)?;

    println!("len()={:?}", file.metadata().map(|m| m.len()));
    report("map_mut (no len)", without_length(&file));
    let mut map = Map::new(&file, 2 * MIB, MAP_SHARED, 0)?;
    map.bytes()[0] = 9;
    let first = map.bytes()[0];
    println!("map len=2M ok {} flush={:?}", first, map.flush());
    report("offset4096", Map::new(&file, MIB, MAP_SHARED, 4096));
    report("map_copy(private)", Map::new(&file, 2 * MIB, MAP_PRIVATE, 0));
    Ok(())
}
