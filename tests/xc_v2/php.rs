//! PHP's own HTTP client against the XC v2 API, as integrators' scripts use it. The script is
//! `tests/clients/xc_v2.php`.

use std::process::Command;

use crate::support::Panel;

/// What the script prints of each flow.
const PRINTED: &str = r#"create: {"result":true,"created_id":4523,"username":"phpuser","password":"phppass"}
create again: {"result":false,"error":"EXISTS"}
wrong column: {"result":false,"error":"PARAMETER ERROR"}
drawn: 10 and 10 characters
connections 0 of 1, expires 2026-04-15, channels 10,11,5,20
edit: {"result":true}
connections 0 of 10, expires never, channels 10,11,5,20
no such line: {"result":false,"error":"NOT EXISTS"}
no credentials: {"result":false,"error":"PARAMETER ERROR (user\/pass)"}
device: {"result":true}
device again: {"result":false,"error":"EXISTS"}
device edited: {"result":true}
device unchanged: {"result":false}
00:1A:79:79:79:79 of line 4525: connections 0 of 1, expires 2026-04-15, channels 10
by query: {"result":false,"error":"NOT EXISTS"}
by body: {"result":true}
credits: {"admin":"0","reseller88":"62.5"}
online: {"10":[1],"11":[1],"20":[1]}
unknown: null
"#;

#[needs::test("php")]
fn phps_own_client_is_happy() {
    for version in ["1.0", "1.1"] {
        let panel = Panel::docs();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/xc_v2.php");
        let run = Command::new("php")
            .args([script, &format!("http://{}", panel.host()), version])
            .output()
            .unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert_eq!(
            printed,
            PRINTED,
            "HTTP/{version}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        assert!(run.status.success(), "HTTP/{version}");
        let ips = panel.sql_one("SELECT allowed_ips FROM lines WHERE username = 'phpuser'");
        assert_eq!(ips, r#"["192.0.2.1","2001:db8::/32"]"#);
    }
}
