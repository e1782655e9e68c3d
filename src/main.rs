//! The `linecard` binary: see [`linecard::cli`].

fn main() -> std::process::ExitCode {
    linecard::cli::main()
}
