//! A panel that is busy tells so in the words of the dialect that was asked, on every path.

use std::sync::{Mutex, mpsc};
use std::task::Poll;

use linecard::panel::transition::{Resource, Transition};
use linecard::store::StoreError;
use rusqlite::Connection;

use crate::support::{Panel, failure};

/// Runs some calls while the panel's writer is at a job and has no room for another.
fn while_busy(panel: &Panel, calls: impl FnOnce()) {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (began, begun) = mpsc::channel();
    let store = panel.inner().store();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let hold = move |_: &Connection| {
                let _ = began.send(());
                let _ = gate.lock().unwrap().recv();
                Ok::<_, StoreError>(())
            };
            actix_web::rt::System::new().block_on(store.write(hold)).unwrap();
        });
        begun.recv().unwrap();
        actix_web::rt::System::new().block_on(async {
            let mut waiting = Vec::new();
            loop {
                let mut job = Box::pin(store.write(|_: &Connection| Ok::<_, StoreError>(())));
                match std::future::poll_fn(|context| Poll::Ready(job.as_mut().poll(context))).await {
                    Poll::Pending => waiting.push(job),
                    Poll::Ready(_) => break,
                }
            }
            calls();
            drop(open);
            for job in waiting {
                job.await.unwrap();
            }
        });
    });
}

/// Each kind of path, and what it answers while the panel is busy.
fn all_paths(panel: &Panel) {
    let admin = format!("{}?api_key=YOUR_KEY&action=user_info", panel.admin_path());
    for (path, content_type, body) in [
        (
            admin.as_str(),
            "application/json",
            failure("STATUS_FAILURE", "The panel is busy and nothing was done. Try again."),
        ),
        (
            "/api.php?action=server&sub=list",
            "text/html; charset=UTF-8",
            r#"{"result":false,"error":"BUSY"}"#.to_owned(),
        ),
        (
            "/player_api.php",
            "text/html",
            "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 \
             Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
                .to_owned(),
        ),
    ] {
        let answer = panel.client().get(path);
        // Scripts of other origins may read whatever players are answered.
        let is_players = path == "/player_api.php";
        assert_eq!(
            answer.header("access-control-allow-origin"),
            is_players.then_some("*"),
            "{path}"
        );
        assert_eq!(
            (answer.status, answer.header("content-type"), answer.text()),
            (503, Some(content_type), body),
            "{path}"
        );
    }
}

#[test]
fn what_falls_due_while_the_panel_is_busy_is_told_in_the_words_of_who_was_asked() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.transition = vec![(Resource::Stream, Transition::After(5))];
    });
    panel.call("stop_stream", "id=10");
    panel.call("start_stream", "id=10");
    panel.inner().clock().advance(10);
    while_busy(&panel, || all_paths(&panel));
}
