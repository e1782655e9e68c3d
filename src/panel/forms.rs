//! Texts of one form: amounts, MAC addresses of set-top boxes, addresses of mail, currencies (contract "REST APIs", common
//! rules, A4, B5 and B6). The REST APIs and seeds read them.

/// The highest price, in hundredths.
pub const HIGHEST_PRICE: i64 = 99_999_999_999;

/// Reads an amount that is not negative, of at most two places, in hundredths.
pub fn hundredths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || text.ends_with('.') {
        return None;
    }
    // Further places are none where they are zeros, as floats print them.
    let places = fraction.trim_end_matches('0');
    if places.len() > 2 {
        return None;
    }
    format!("{whole}{places:0<2}").parse().ok()
}

/// Reads a MAC address of a set-top box into its one spelling.
pub fn mac(text: &str) -> Option<String> {
    let upper = text.trim().to_ascii_uppercase().replace('-', ":");
    let rest = upper.strip_prefix("00:1A:79:")?;
    let parts: Vec<&str> = rest.split(':').collect();
    let is_pair = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    (parts.len() == 3 && parts.iter().all(is_pair)).then_some(upper)
}

/// Reads an address of one `@` with a dot in its domain, into lower case.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, domain) = text.split_once('@')?;
    let is_whole = !name.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace);
    let has_dot = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
    (is_whole && has_dot && text.chars().count() <= 254).then(|| text.to_lowercase())
}

/// Reads the code of a currency: three capital letters.
pub fn currency(text: &str) -> Option<String> {
    let code = text.trim();
    (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| code.to_owned())
}
