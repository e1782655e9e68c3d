//! Looks for the programs that tests need. `src/lib.rs` is built again when one of them comes or goes.

use std::env::{self, consts::EXE_SUFFIX};
use std::path::PathBuf;

/// Each program and its Debian package.
const PROGRAMS: &str = include_str!("programs.txt");

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=programs.txt");
    println!("cargo::rerun-if-env-changed=PATH");
    println!("cargo::rerun-if-env-changed=TEST_ALL_CLIENTS");
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let mut absent = Vec::new();
    for program in PROGRAMS.lines().filter_map(|line| line.split(' ').next()) {
        let paths = folders
            .iter()
            .map(|folder| folder.join(format!("{program}{EXE_SUFFIX}")));
        match paths.into_iter().find(|path| path.is_file()) {
            Some(path) => println!("cargo::rerun-if-changed={}", path.display()),
            None => absent.push(program),
        }
    }
    // One that is installed changes the folder that it comes into.
    for folder in folders.iter().filter(|folder| !absent.is_empty() && folder.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    println!("cargo::rustc-env=ABSENT={}", absent.join(" "));
    let all = env::var_os("TEST_ALL_CLIENTS").is_some_and(|value| !value.is_empty());
    println!("cargo::rustc-env=ALL={}", if all { "1" } else { "" });
}
