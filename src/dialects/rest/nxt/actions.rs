//! The calls of the NXT API, a row each (contract "REST APIs", A2 to A7, names of part D).

use super::super::action::{Action, READ, Run, WRITE};
use super::super::answers::{AnswerDoc, One, answer};
use super::super::fields::{FieldSpec, Kind, field};
use super::objects::{All, Changed, Deleted, Device, Line, Package, Page, Status};
use super::{devices, lines, packages, words};
use crate::panel::sold_lines;

/// The action that is answered under maintenance too.
pub const STATUS: &str = "get_status";

const VIEW: &str = "view_packages";
const CREATE: &str = "create_users";
const MANAGE: &str = "manage_subscriptions";
const MODIFY: &str = "extend_modify_accounts";

const PACKAGES: &str = "Packages";
const LINES: &str = "Lines";
const DEVICES: &str = "Devices";

const PACKAGE: FieldSpec = field("package_id", Kind::Id, "The package.").kept().or(&["package"]);
const PASSWORD: FieldSpec = field("password", Kind::Password, "The password; drawn where there is none.");
const DEVICE_LIMIT: FieldSpec =
    field("device_limit", Kind::Int(0, 100), "How many devices may register.").or(&["max_devices"]);
const MAC: FieldSpec = field("mac", Kind::Mac, "The MAC address that is bound to it.").or(&["mac_address"]);
const EXPIRES: FieldSpec = field("expires_at", Kind::Time, "Its end.").or(&[
    "expiry_date",
    "new_expiry_date",
    "expiration_date",
    "exp_date",
    "expiry",
    "expires",
]);
const NOTES: FieldSpec = field("notes", Kind::Text(0, 1_000), "Notes of the administrator.");

const LINE_ANSWER: AnswerDoc = answer!(
    One<Line>,
    r#"{"data":{"id":4523,"username":"customer3","password":"securepass","package_id":1,"package_name":"1 Month","status":"active","expires_at":"2026-04-15T14:30:00.000Z","device_limit":2,"devices_used":1,"mac":"00:1A:79:AB:CD:EF","active_connections":0,"portal_url":"http://127.0.0.1:8080/c/","playlist_url":"http://127.0.0.1:8080/get.php?username=customer3&password=securepass&type=m3u_plus&output=ts","notes":"","created_at":"2026-03-15T14:30:00.000Z","updated_at":"2026-03-15T14:30:00.000Z"}}"#
);
const CHANGE_ANSWER: AnswerDoc = answer!(
    Changed<Line>,
    r#"{"id":4523,"message":"Line updated","data":{"id":4523,"username":"customer3","password":"securepass","package_id":1,"package_name":"1 Month","status":"active","expires_at":"2026-04-15T14:30:00.000Z","device_limit":2,"devices_used":1,"mac":"00:1A:79:AB:CD:EF","active_connections":0,"portal_url":"http://127.0.0.1:8080/c/","playlist_url":"http://127.0.0.1:8080/get.php?username=customer3&password=securepass&type=m3u_plus&output=ts","notes":"","created_at":"2026-03-15T14:30:00.000Z","updated_at":"2026-03-15T14:30:00.000Z"}}"#
);
const PACKAGE_ANSWER: AnswerDoc = answer!(
    One<Package>,
    r#"{"data":{"id":1,"name":"1 Month","type":"regular","max_devices":1,"features":["live_tv","vod","series"],"duration":{"value":1,"unit":"month"},"active":true}}"#
);
const DEVICE_ANSWER: AnswerDoc = answer!(
    Changed<Device>,
    r#"{"id":2,"message":"Device registered","data":{"id":2,"type":"app","name":"VLC/3.0.18","mac":null,"device_id":"tv-1","user_agent":null,"ip":null,"first_seen":"2026-03-15T14:31:00.000Z","last_seen":null}}"#
);

/// All of them, in the order of the contract.
pub static ACTIONS: &[Action] = &[
    Action {
        name: STATUS,
        path: "/api/status",
        scope: VIEW,
        group: PACKAGES,
        doc: "Tests the connection: version, status and active packages.",
        run: Run::Read(packages::status),
        is_kept: false,
        answer: answer!(
            One<Status>,
            r#"{"data":{"panel":"NXT Dashboard","version":"1.0.0","status":"online","server_time":"2026-03-15T14:30:00.000Z","packages":[]}}"#
        ),
        ..READ
    },
    Action {
        name: "list_packages",
        path: "/api/packages",
        scope: VIEW,
        group: PACKAGES,
        doc: "Lists all packages.",
        query: &[field(
            "active",
            Kind::OneOf(packages::ACTIVE),
            "Whether only active ones, or others, are listed.",
        )],
        run: Run::Read(packages::list),
        refusals: &[&words::INVALID_REQUEST],
        answer: answer!(
            All<Package>,
            r#"{"data":[{"id":1,"name":"1 Month","type":"regular","max_devices":1,"features":["live_tv","vod","series"],"duration":{"value":1,"unit":"month"},"active":true}]}"#
        ),
        ..READ
    },
    Action {
        name: "get_package",
        path: "/api/packages/{id}",
        scope: VIEW,
        group: PACKAGES,
        doc: "Shows a package.",
        run: Run::Read(packages::one),
        refusals: &[&words::PACKAGE],
        answer: PACKAGE_ANSWER,
        ..READ
    },
    Action {
        name: "list_lines",
        path: "/api/lines",
        scope: MANAGE,
        group: LINES,
        doc: "Lists lines in pages.",
        query: &[
            field("status", Kind::OneOf(sold_lines::STATES), "Only lines in this state."),
            field(
                "username",
                Kind::Text(1, 255),
                "Only the line with this username, in any letter case.",
            ),
            field("package_id", Kind::Id, "Only lines of this package."),
            field("mac", Kind::Mac, "Only the line that this MAC address is bound to."),
            field("page", Kind::Int(1, 1_000_000_000), "The page, from 1."),
            field(
                "per_page",
                Kind::Most(1, 100),
                "Lines of a page; larger values count as 100.",
            ),
        ],
        run: Run::Read(lines::list),
        refusals: &[&words::INVALID_REQUEST],
        answer: answer!(
            Page<Line>,
            r#"{"data":[],"meta":{"page":1,"per_page":20,"total":0,"pages":0}}"#
        ),
        ..READ
    },
    Action {
        name: "get_line",
        path: "/api/lines/{id}",
        scope: MANAGE,
        group: LINES,
        doc: "Shows a line.",
        run: Run::Read(lines::one),
        refusals: &[&words::LINE],
        answer: LINE_ANSWER,
        ..READ
    },
    Action {
        name: "create_line",
        path: "/api/lines",
        scope: CREATE,
        group: LINES,
        doc: "Makes a line from a package.",
        fields: &[
            PACKAGE.required(),
            field("username", Kind::Username, "The username; drawn where there is none."),
            PASSWORD,
            DEVICE_LIMIT,
            MAC,
            EXPIRES,
            NOTES,
        ],
        run: Run::Write(lines::create),
        status: 201,
        refusals: &[
            &words::INVALID_REQUEST,
            &words::USERNAME,
            &words::MAC,
            &words::INVALID,
            &words::INVALID_MAC,
            &words::INVALID_DATE,
            &words::INACTIVE,
        ],
        answer: CHANGE_ANSWER,
        ..WRITE
    },
    Action {
        name: "extend_line",
        method: "PUT",
        path: "/api/lines/{id}/extend",
        scope: MODIFY,
        group: LINES,
        doc: "Sets the end of a line.",
        fields: &[EXPIRES.required()],
        run: Run::Write(lines::extend),
        refusals: &[
            &words::INVALID_REQUEST,
            &words::LINE,
            &words::INVALID,
            &words::INVALID_DATE,
        ],
        answer: CHANGE_ANSWER,
        ..WRITE
    },
    Action {
        name: "update_line",
        method: "PATCH",
        path: "/api/lines/{id}",
        scope: MODIFY,
        group: LINES,
        doc: "Changes a line; what is not sent stays.",
        fields: &[
            PACKAGE,
            field("username", Kind::Immutable, "It cannot be changed."),
            PASSWORD,
            DEVICE_LIMIT,
            MAC,
            FieldSpec {
                kind: Kind::Immutable,
                ..EXPIRES
            },
            NOTES,
        ],
        run: Run::Write(lines::update),
        refusals: &[
            &words::INVALID_REQUEST,
            &words::LINE,
            &words::MAC,
            &words::DEVICE_LIMIT,
            &words::INVALID,
            &words::INVALID_MAC,
            &words::INACTIVE,
        ],
        answer: CHANGE_ANSWER,
        ..WRITE
    },
    Action {
        name: "suspend_line",
        path: "/api/lines/{id}/suspend",
        scope: MANAGE,
        group: LINES,
        doc: "Disables a line and closes its connections.",
        run: Run::Write(lines::suspend),
        refusals: &[&words::LINE],
        answer: CHANGE_ANSWER,
        ..WRITE
    },
    Action {
        name: "unsuspend_line",
        path: "/api/lines/{id}/unsuspend",
        scope: MANAGE,
        group: LINES,
        doc: "Enables a line.",
        run: Run::Write(lines::unsuspend),
        refusals: &[&words::LINE, &words::BANNED],
        answer: CHANGE_ANSWER,
        ..WRITE
    },
    Action {
        name: "delete_line",
        method: "DELETE",
        path: "/api/lines/{id}",
        scope: MANAGE,
        group: LINES,
        doc: "Deletes a line with its devices.",
        run: Run::Write(lines::delete),
        refusals: &[&words::LINE],
        answer: answer!(Deleted, r#"{"id":4523,"message":"Line deleted"}"#),
        ..WRITE
    },
    Action {
        name: "list_devices",
        path: "/api/lines/{id}/devices",
        scope: MANAGE,
        group: DEVICES,
        doc: "Lists the devices of a line.",
        run: Run::Read(devices::list),
        refusals: &[&words::LINE],
        answer: answer!(
            All<Device>,
            r#"{"data":[{"id":1,"type":"stb","name":"MAG","mac":"00:1A:79:AB:CD:EF","device_id":null,"user_agent":null,"ip":null,"first_seen":"2026-03-15T14:30:00.000Z","last_seen":null}]}"#
        ),
        ..READ
    },
    Action {
        name: "register_device",
        path: "/api/lines/{id}/devices",
        scope: MANAGE,
        group: DEVICES,
        doc: "Registers a device of a line, by the id that it will send or by its MAC address.",
        fields: &[
            field("device_id", Kind::Text(1, 128), "The id that it will send."),
            MAC,
            field("name", Kind::Text(1, 100), "How it is called."),
        ],
        run: Run::Write(devices::register),
        status: 201,
        refusals: &[
            &words::INVALID_REQUEST,
            &words::LINE,
            &words::MAC,
            &words::DEVICE_LIMIT,
            &words::NO_DEVICES,
            &words::UNTRACKED,
            &words::INVALID,
            &words::INVALID_MAC,
        ],
        answer: DEVICE_ANSWER,
        ..WRITE
    },
    Action {
        name: "remove_device",
        method: "DELETE",
        path: "/api/lines/{id}/devices/{device_id}",
        scope: MANAGE,
        group: DEVICES,
        doc: "Removes a device of a line and closes its connections.",
        run: Run::Write(devices::remove),
        refusals: &[&words::LINE, &words::DEVICE],
        answer: answer!(Deleted, r#"{"id":2,"message":"Device removed"}"#),
        ..WRITE
    },
];
