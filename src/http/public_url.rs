//! The URL under which clients reach a panel, where an operator or a test sets it: an option and a member of
//! the control plane's `info` are read here.

/// Whether a text can be a host with its port.
pub fn is_host(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !text.is_empty() && text.len() <= 255 && text.bytes().all(fits)
}

/// Reads a public URL; slashes at its end go.
///
/// # Errors
/// What a public URL looks like, as one line that goes on from a name.
pub fn parse(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let fits = |rest: &str| {
        let host = rest.split('/').next().unwrap_or_default();
        is_host(host)
            && rest
                .bytes()
                .all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'"' | b'<' | b'>'))
    };
    match rest.is_some_and(fits) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err("not a URL such as http://panel.example:8080".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_a_host_and_no_query() {
        for good in [
            "http://a",
            "https://a.example:8443",
            "http://[::1]:80/panel",
            "http://a/b/c",
        ] {
            assert_eq!(parse(good).as_deref(), Ok(good));
        }
        assert_eq!(parse("http://a/").as_deref(), Ok("http://a"));
        for bad in [
            "",
            "a",
            "ftp://a",
            "http://",
            "http:///x",
            "http://a b",
            "http://a?x",
            "http://a/#x",
            "http://a\"b",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
