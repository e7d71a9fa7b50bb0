//! Reads synthetic mail so often, for profilers: `reading COUNT LARGEST TIMES`. Count the instructions of
//! `tamis_benches::read` alone and divide them by the octets that are printed.

use std::hint::black_box;
use tamis_benches::{mail, octets, read};

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let [count, largest, times] = numbers.as_slice() else {
        println!("usage: reading COUNT LARGEST TIMES");
        return;
    };
    let mail = mail(*count, *largest);
    for _ in 0..*times {
        for message in &mail {
            black_box(read(message));
        }
    }
    println!(
        "{} messages of {} octets, read {times} times",
        mail.len(),
        octets(&mail)
    );
}
