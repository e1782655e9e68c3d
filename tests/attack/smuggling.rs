//! Requests whose end two readers may find at different places (request smuggling), and heads that are none: what
//! was sent after an ambiguous message never runs.

use serde_json::Value;

use crate::support::Panel;

/// What an attacker hides behind a message.
const HIDDEN: &str = "GET /access/?api_key=YOUR_KEY&action=get_group&id=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// How a row's bytes are made.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// A POST with these header lines and the body `hello`, and the hidden request behind it.
    Lengths(&'static str),
    /// A POST with a chunked body of these bytes, and the hidden request behind it.
    Chunks(&'static str),
    /// The bytes of the first message with its head, and the hidden request behind it.
    Message(&'static str),
}

use Form::{Chunks, Lengths, Message};

/// The first message's start line.
const POST: &str = "POST /access/?api_key=YOUR_KEY&action=get_category&id=1 HTTP/1.1\r\nHost: localhost\r\n";

impl Form {
    fn bytes(self) -> String {
        let first = match self {
            Lengths(lines) => format!("{POST}{lines}\r\n\r\nhello"),
            Chunks(chunks) => format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}"),
            Message(message) => message.replace("PATH", "/access/?api_key=YOUR_KEY&action=get_category&id=1"),
        };
        first + HIDDEN
    }
}

/// Sends a row's bytes and nothing more, and returns the statuses of the answers and the actions that ran.
fn outcome(panel: &Panel, form: Form) -> (Vec<u16>, Vec<String>) {
    let cleared = panel.client().request("DELETE", "/_linecard/requests", &[], b"");
    assert_eq!(cleared.status, 200);
    let mut client = panel.client();
    client.send(form.bytes().as_bytes());
    client.say_no_more();
    let answered = client.read_to_end().unwrap_or_default();
    let text = String::from_utf8_lossy(&answered);
    let statuses = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|rest| rest[..3].parse::<u16>().unwrap());
    let journal: Value = serde_json::from_str(&panel.client().get("/_linecard/requests").text()).unwrap();
    let ran = journal["requests"].as_array().unwrap().iter();
    let ran = ran.filter(|entry| entry["handler"].is_string());
    let actions = ran.map(|entry| entry["action"].as_str().unwrap().to_owned());
    (statuses.collect(), actions.collect())
}

/// Messages whose end is certain: what follows them is a request of its own.
const WELL_FRAMED: [Form; 23] = [
    Lengths("Content-Length: 5"),
    Lengths("Transfer_Encoding: chunked\r\nContent-Length: 5"),
    Lengths("Content-Length: 00005"),
    Lengths("Content-Length:    5   "),
    Lengths("Content_Length: 85\r\nContent-Length: 5"),
    Lengths("Content-Length: 5\r\nConnection: Content-Length"),
    Lengths("Content-Length: 5\r\nExpect: 100-continue"),
    Lengths(
        "Content-Length: 5\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
    ),
    Chunks("5\r\nhello\r\n0\r\n\r\n"),
    Chunks("5;extension=1\r\nhello\r\n0\r\n\r\n"),
    Chunks("5;a=\"\r\nhello\r\n0\r\n\r\n"),
    Chunks("005\r\nhello\r\n0\r\n\r\n"),
    Chunks("5 \r\nhello\r\n0\r\n\r\n"),
    Chunks("5\r\nhello\r\n0\r\nContent-Length: 85\r\n\r\n"),
    Chunks("5\r\nhello\r\n0\r\nX: y\r\n\r\n"),
    Chunks("5\r\nhello\r\n00\r\n\r\n"),
    Message("GET PATH HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    Message("GET PATH HTTP/1.1\nHost: localhost\n\n"),
    Message(
        "GET http://other.example/access/?api_key=YOUR_KEY&action=get_category&id=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    Message("GET PATH HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
    Message("HEAD PATH HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
    Message("GET PATH HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Message("\r\n\r\nGET PATH HTTP/1.1\r\nHost: localhost\r\n\r\n"),
];

/// Messages after which the connection ends: what follows them is not read.
const LAST: [Form; 9] = [
    Lengths("Content-Length: 5\r\nConnection: close"),
    Lengths("Content-Length: 5\r\nConnection: keep-alive, close"),
    Chunks("5\r\nhello\r\n0\r\n"),
    Message("GET PATH HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    Message("GET PATH HTTP/1.0\r\n\r\n"),
    Message("GET PATH HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
    Message("POST PATH HTTP/1.0\r\n\r\n"),
    Message("POST PATH HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"),
    Message("POST PATH HTTP/1.0\nContent-Length: 5\n\nhello"),
];

/// Messages whose end is not certain, and heads that are none: nothing runs, and the connection ends.
const REFUSED: [Form; 82] = [
    Lengths("Content-Length: 5\r\nTransfer-Encoding: chunked"),
    Lengths("Transfer-Encoding: chunked\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding: identity\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding: xchunked\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding: chunked, identity"),
    Lengths("Transfer-Encoding: identity, chunked"),
    Lengths("Transfer-Encoding: gzip, chunked"),
    Lengths("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
    Lengths("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
    Lengths("Transfer-Encoding : chunked\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding\t: chunked\r\nContent-Length: 5"),
    Lengths(" Transfer-Encoding: chunked\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding:\x0bchunked\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding:\r\n chunked\r\nContent-Length: 5"),
    Lengths("X: y\nTransfer-Encoding: chunked\r\nContent-Length: 5"),
    Lengths("X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding: \"chunked\"\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding: chunked;q=1\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding:\r\nContent-Length: 5"),
    Lengths("Transfer-Encoding: chunked\0\r\nContent-Length: 5"),
    Lengths("Content-Length: 5\r\nContent-Length: 5"),
    Lengths("Content-Length: 5\r\nContent-Length: 85"),
    Lengths("Content-Length: 0\r\nContent-Length: 5"),
    Lengths("Content-Length: 5, 5"),
    Lengths("Content-Length: 5, 85"),
    Lengths("Content-Length: +5"),
    Lengths("Content-Length: -5"),
    Lengths("Content-Length: 0x5"),
    Lengths("Content-Length: 5a"),
    Lengths("Content-Length: 5 5"),
    Lengths("Content-Length: 5_0"),
    Lengths("Content-Length: 1e1"),
    Lengths("Content-Length: \u{ff15}"),
    Lengths("Content-Length: 18446744073709551621"),
    Lengths("Content-Length: 999999999999999999999999"),
    Lengths("Content-Length:"),
    Lengths("Content-Length : 5"),
    Lengths("Content-Length\0: 5"),
    Lengths("Content-Length: 5\0"),
    Lengths("Content-Length: 5\r\nUpgrade: websocket\r\nConnection: Upgrade"),
    Lengths("Content-Length: 5\r\nHost: other"),
    Lengths("Content-Length: 5\r\nno colon"),
    Lengths("Content-Length: 5\r\n: no name"),
    Lengths("Content-Length: 5\r\na b: c"),
    Lengths("Content-Length: 5\r\n folded: c"),
    Chunks(" 5\r\nhello\r\n0\r\n\r\n"),
    Chunks("0x5\r\nhello\r\n0\r\n\r\n"),
    Chunks("+5\r\nhello\r\n0\r\n\r\n"),
    Chunks("-5\r\nhello\r\n0\r\n\r\n"),
    Chunks("5\nhello\n0\n\n"),
    Chunks("5\rhello\r0\r\r"),
    Chunks("5;\nhello\r\n0\r\n\r\n"),
    Chunks("5\r\nhelloX0\r\n\r\n"),
    Chunks("4\r\nhello\r\n0\r\n\r\n"),
    Chunks("6\r\nhello\r\n0\r\n\r\n"),
    Chunks("g\r\nhello\r\n0\r\n\r\n"),
    Chunks("\r\n5\r\nhello\r\n0\r\n\r\n"),
    Chunks("\r\nhello\r\n0\r\n\r\n"),
    Chunks("FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
    Chunks("10000000000000005\r\nhello\r\n0\r\n\r\n"),
    Chunks("5\r\nhello\r\n"),
    Chunks("5\r\nhel"),
    Chunks(""),
    Message("POST PATH HTTP/1.0\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    Message("POST PATH HTTP/1.0\r\nContent-Length: +5\r\n\r\nhello"),
    Message("POST PATH HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello"),
    Message("POST PATH HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    Message("POST PATH HTTP/1.0\r\nTransfer-Encoding : chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    Message("GET PATH HTTP/1.1\r\n\r\n"),
    Message("GET PATH\r\n\r\n"),
    Message("GET PATH HTTP/0.9\r\n\r\n"),
    Message("GET PATH HTTP/1.2\r\nHost: localhost\r\n\r\n"),
    Message("GET PATH HTTP/2.0\r\nHost: localhost\r\n\r\n"),
    Message("GET PATH http/1.1\r\nHost: localhost\r\n\r\n"),
    Message("GET PATH HTTP/1.1 \r\nHost: localhost\r\n\r\n"),
    Message("GET  PATH HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    Message("GET\tPATH HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    Message("GET PATH HTTP/1.1\rHost: localhost\r\r"),
    Message("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Message("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n"),
    Message("GET PATH HTTP/1.1\r\n Host: localhost\r\n\r\n"),
    Message("\0GET PATH HTTP/1.1\r\nHost: localhost\r\n\r\n"),
];

/// What a row leads to: the final statuses, and the actions that ran.
fn assert_outcome(panel: &Panel, forms: &[Form], statuses: &[u16], actions: &[&str]) {
    for form in forms {
        let (got, ran) = outcome(panel, *form);
        let got: Vec<u16> = got.into_iter().filter(|status| *status != 100).collect();
        assert_eq!(
            (got.as_slice(), ran),
            (statuses, actions.iter().map(ToString::to_string).collect()),
            "{form:?}"
        );
    }
}

#[test]
fn only_a_message_whose_end_is_certain_is_followed_by_another() {
    let panel = Panel::docs_with(|config| config.control = true);
    assert_outcome(&panel, &WELL_FRAMED, &[200, 200], &["get_category", "get_group"]);
    assert_outcome(&panel, &LAST, &[200], &["get_category"]);
    let (connect, refused): (Vec<Form>, Vec<Form>) = REFUSED
        .into_iter()
        .partition(|form| matches!(form, Message(text) if text.starts_with("CONNECT")));
    assert_outcome(&panel, &connect, &[405], &[]);
    assert_outcome(&panel, &refused, &[400], &[]);
}
