//! The types that are shell scripts, which download another type to its place on the device (contract "Player side",
//! section 7.3). Each is one line of POSIX shell.

use super::super::PANEL_NAME;
use super::super::links::{Output, Place, Values};

/// Writes a script.
pub type Script = fn(&Values, Output) -> String;

/// For Enigma2 devices up to OE 2.0.
pub fn enigma22(values: &Values, output: Output) -> String {
    enigma(values, output, "dreambox")
}

/// For newer Enigma2 devices.
pub fn enigma216(values: &Values, output: Output) -> String {
    enigma(values, output, "enigma16")
}

fn enigma(values: &Values, output: Output, playlist: &str) -> String {
    let service = quoted(&format!(
        r#"#SERVICE 1:7:1:0:0:0:0:0:0:0:FROM BOUQUET "userbouquet.{PANEL_NAME}__tv_.tv" ORDER BY bouquet"#
    ));
    let reload = r#"wget -qO - "http://127.0.0.1/web/servicelistreload?mode=2""#;
    joined(&[
        credentials(values),
        format!("bouquet={}", quoted(PANEL_NAME)),
        r#"directory="/etc/enigma2/iptv.sh""#.to_owned(),
        url(values, output, playlist),
        r#"rm -f /etc/enigma2/userbouquet."$bouquet"__tv_.tv"#.to_owned(),
        r#"wget -O /etc/enigma2/userbouquet."$bouquet"__tv_.tv "$url""#.to_owned(),
        format!("grep -qsF {service} /etc/enigma2/bouquets.tv || printf '%s\\n' {service} >> /etc/enigma2/bouquets.tv"),
        r#"cp "$directory" /usr/bin/enigma2_pre_start.sh"#.to_owned(),
        "chmod 755 /usr/bin/enigma2_pre_start.sh".to_owned(),
        reload.to_owned(),
        reload.to_owned(),
    ])
}

/// For Octagon receivers.
pub fn octagon(values: &Values, output: Output) -> String {
    joined(&[
        credentials(values),
        url(values, output, "octagon"),
        "rm -f /var/freetvplus/internettv.feed".to_owned(),
        r#"wget -O /var/freetvplus/internettv.feed "$url""#.to_owned(),
    ])
}

fn joined(commands: &[String]) -> String {
    commands.join(";")
}

/// Sets the credentials, as they stand in a URL.
fn credentials(values: &Values) -> String {
    let [user, password] = [Place::User, Place::Password].map(|place| quoted(values.get(place)));
    format!("USERNAME={user};PASSWORD={password}")
}

/// Sets the URL of a playlist. What the base URL has stands in single quotes: a path in it may have any character.
fn url(values: &Values, output: Output, playlist: &str) -> String {
    let base = values.get(Place::Base);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/.-_[]~%@".contains(&byte);
    let base = match base.bytes().all(is_plain) {
        true => base.to_owned(),
        false => format!("\"{}\"", quoted(base)),
    };
    let output = output.name();
    format!(r#"url="{base}/get.php?username=$USERNAME&password=$PASSWORD&type={playlist}&output={output}""#)
}

/// Returns a text as one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
