//! Text of XML documents.

/// Appends a text as character data or the value of an attribute. Characters that XML 1.0 does not have are left out.
pub fn escape(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut characters = special.chars();
        let reference: &[u8] = match characters.next() {
            Some('&') => b"&amp;",
            Some('<') => b"&lt;",
            Some('>') => b"&gt;",
            Some('"') => b"&quot;",
            _ => b"",
        };
        out.extend_from_slice(reference);
        rest = characters.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

fn is_special(character: char) -> bool {
    matches!(character, '&' | '<' | '>' | '"') || !is_allowed(character)
}

/// Whether XML 1.0 has a character.
fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Appends a text as a section of character data.
pub fn cdata(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(b"<![CDATA[");
    let allowed: String = text.chars().filter(|character| is_allowed(*character)).collect();
    // What ends a section is divided between two.
    out.extend_from_slice(allowed.replace("]]>", "]]]]><![CDATA[>").as_bytes());
    out.extend_from_slice(b"]]>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_have_is_left_out_and_markup_is_escaped() {
        for (text, escaped, section) in [
            ("", "", "<![CDATA[]]>"),
            ("Nächste 😀\n", "Nächste 😀\n", "<![CDATA[Nächste 😀\n]]>"),
            (
                "a<b> & \"c\"",
                "a&lt;b&gt; &amp; &quot;c&quot;",
                "<![CDATA[a<b> & \"c\"]]>",
            ),
            ("\0\u{b}a\u{1f}\u{ffff}", "a", "<![CDATA[a]]>"),
            ("x]]>y", "x]]&gt;y", "<![CDATA[x]]]]><![CDATA[>y]]>"),
        ] {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            escape(&mut one, text);
            cdata(&mut other, text);
            assert_eq!(String::from_utf8(one).unwrap(), escaped);
            assert_eq!(String::from_utf8(other).unwrap(), section);
        }
    }
}
