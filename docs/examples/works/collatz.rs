// The steps that a number takes to 1: a work in Rust, without any crate. The structs are those of
// breakeven/work.h, as far as they are used.
//
//     rustc -O --crate-type cdylib collatz.rs -o libcollatz.so
use std::ffi::{c_char, c_int, c_void};

#[repr(C)]
pub struct Job {
    index: u64,
    jobs: u64,
    size: u64,
    seed: u64,
    input: *const u8,
    input_bytes: u64,
    opened: *mut c_void,
}

#[repr(C)]
pub struct Work {
    abi_version: u32,
    struct_bytes: u32, // what stands behind the last field is not read
    name: *const c_char,
    result_bytes: u64,
    run: extern "C" fn(&Job, *mut c_void) -> c_int,
    summary: *const c_char,
    unit: *const c_char,
    sizes: *const c_char,
}

unsafe impl Sync for Work {}

fn steps(mut number: u64) -> u64 {
    let mut steps = 0;
    while number > 1 {
        number = if number % 2 == 0 { number / 2 } else { 3 * number + 1 };
        steps += 1;
    }
    steps
}

extern "C" fn run(job: &Job, result: *mut c_void) -> c_int {
    let first = job.index * job.size;
    let all: u64 = (first..first + job.size).map(steps).sum();
    unsafe { *(result as *mut u64) = all };
    0
}

macro_rules! text {
    ($text:expr) => {
        concat!($text, "\0").as_ptr() as *const c_char
    };
}

#[no_mangle]
pub static breakeven_work: Work = Work {
    abi_version: 1,
    struct_bytes: std::mem::size_of::<Work>() as u32,
    name: text!("collatz"),
    result_bytes: 8,
    run,
    summary: text!("steps of the Collatz sequence, of size numbers"),
    unit: text!("numbers"),
    sizes: text!("1e1..1e5"),
};
