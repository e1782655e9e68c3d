//! The baselines of the measurements: a bare handler of the HTTP library, and a minimal server that opens
//! SQLite.

use std::net::{SocketAddr, TcpListener};

use actix_web::{App, HttpResponse, HttpServer, web};

/// The argument that makes this program the bare server.
pub const ARGUMENT: &str = "--bare-server";

/// Serves answers of `size` bytes on a free port until the program ends.
pub fn handler(size: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || run(listener, size));
    linecard::server::first_request(address, None).unwrap();
    address
}

/// Runs a server with an SQLite database in memory; it prints its address when it listens.
pub fn serve_forever() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'a')")
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("ready http://{}", listener.local_addr().unwrap());
    run(listener, 300);
    drop(db);
}

fn run(listener: TcpListener, size: usize) {
    let answer = move || async move {
        HttpResponse::Ok()
            .content_type("application/json")
            .body("x".repeat(size))
    };
    let server = HttpServer::new(move || App::new().default_service(web::to(answer)));
    actix_web::rt::System::new()
        .block_on(server.listen(listener).unwrap().run())
        .unwrap();
}
