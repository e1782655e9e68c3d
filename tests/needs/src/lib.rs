//! `#[needs::test("curl")]` stands in place of `#[test]` where a test starts other programs, and names them.
//!
//! The test is called `NAME::needs_curl`, so that `cargo test ::needs_` runs all of this kind. On a machine without
//! the program it is reported as ignored, with that reason, and never as passed. With `TEST_ALL_CLIENTS=1` it fails there.
//!
//! The test library of Rust decides before a test runs whether it is ignored, and the same binary has all tests, so
//! it is decided when they are built: by the build script of this crate, so that nothing else is built again.

use proc_macro::{TokenStream, TokenTree};

/// Each program and its Debian packages.
const PROGRAMS: &str = include_str!("../programs.txt");

/// The programs that this machine lacks, with spaces between.
const ABSENT: &str = env!("ABSENT");

/// Whether the absence of a program is a failure: `1` or nothing.
const ALL: &str = env!("ALL");

/// Makes a function a test that needs these programs: `#[needs::test("curl", "php")]`.
#[proc_macro_attribute]
pub fn test(programs: TokenStream, function: TokenStream) -> TokenStream {
    let expanded = names(programs).and_then(|programs| expand(&programs, function));
    expanded.unwrap_or_else(|reason| parse(&format!("::core::compile_error!({reason:?});")))
}

/// The programs of the attribute.
fn names(programs: TokenStream) -> Result<Vec<String>, String> {
    let literals = programs.into_iter().filter_map(|token| match token {
        TokenTree::Literal(literal) => Some(literal.to_string().trim_matches('"').to_owned()),
        _ => None,
    });
    let names: Vec<String> = literals.collect();
    let is_known = |name: &&String| PROGRAMS.lines().any(|line| line.split(' ').next() == Some(name));
    match names.iter().find(|name| !is_known(name)) {
        Some(name) => Err(format!("tests/needs/programs.txt has no program {name:?}")),
        None if names.is_empty() => Err("name the program: #[needs::test(\"curl\")]".into()),
        None => Ok(names),
    }
}

/// The function as it is, and beside it a module with the test, which has the function's name.
fn expand(programs: &[String], function: TokenStream) -> Result<TokenStream, String> {
    let mut words = function.clone().into_iter().map(|token| token.to_string());
    let name = words.by_ref().find(|word| word == "fn").and_then(|_| words.next());
    let name = name.ok_or("only a function can be a test")?;
    let absent = ABSENT
        .split(' ')
        .filter(|absent| programs.iter().any(|name| name == absent));
    let absent = absent.collect::<Vec<_>>().join(" and ");
    let test = format!("needs_{}", programs.join("_and_").replace('-', "_"));
    let (ignore, body) = match (absent.is_empty(), ALL.is_empty()) {
        (true, _) => (String::new(), format!("super::{name}()")),
        (false, true) => (
            format!("#[ignore = \"not on the PATH: {absent}\"]"),
            format!("super::{name}()"),
        ),
        (false, false) => (
            String::new(),
            format!("let _ = super::{name}; panic!(\"not on the PATH: {absent}\")"),
        ),
    };
    let module = format!("mod {name} {{ #[test] {ignore} fn {test}() {{ {body} }} }}");
    Ok(function.into_iter().chain(parse(&module)).collect())
}

fn parse(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}
