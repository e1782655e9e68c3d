//! The schemas of the control plane's bodies and answers, for OpenAPI. Words that may be chosen come from the
//! tables of those who parse them.

use serde_json::{Map, Value, json};

use super::faults::{ABORTS, presets_of};
use super::state::reset::PARTS;
use crate::dialects::Dialects;
use crate::openapi::{members, open, schema};
use crate::seeds;
use crate::seeds::state_form::StateForm;

/// Objects that requests have: their members are all that there are.
const TAKEN: [(&str, &str); 13] = [
    (
        "Fault",
        "id? match?:Match when?:When effect:Effect at?:before,after running?:bool",
    ),
    (
        "When",
        "skip?:int times?:int every?:int probability?:number ttl? until?:Instant",
    ),
    ("Corrupt", "flip:int"),
    ("Cut", "bytes?:Size fraction?:number"),
    ("Dribble", "chunks:int over"),
    ("StreamPlace", "after_bytes?:Size after? after_frame?:int"),
    ("Throttle", "rate after_bytes?:Size after? after_frame?:int"),
    (
        "TsGap",
        "pid:int packets?:int after_bytes?:Size after? after_frame?:int",
    ),
    ("TsGarbage", "bytes:int after_bytes?:Size after? after_frame?:int"),
    ("PtsJump", "by after_bytes?:Size after? after_frame?:int"),
    ("HlsGap", "segment:int"),
    ("Lognormal", "median sigma:number"),
    ("UserMatch", "user:Pattern"),
];

/// Objects that answers have.
const ANSWERED: [(&str, &str); 16] = [
    ("Link", "method path doc"),
    ("Health", "status version uptime_s:int clock db?"),
    (
        "Info",
        "url control public_url:text|null world access_code:text|null api_key:text|null user:text|null pass:text|null nxt_token:text|null billing_key:text|null \
         timezone strict:bool strictness seed_error:text|null pid:int epoch:int",
    ),
    (
        "State",
        "epoch:int deleted?:Deleted added?:Counts changed?:Counts generated?:Counts streams:int lines:int",
    ),
    ("Deleted", "lines:int mags:int enigmas:int"),
    (
        "FaultState",
        "id match?:Match when?:When effect:Effect at?:before,after running?:bool matched:int hits:int unanswerable?:int",
    ),
    ("Preset", "name doc"),
    ("Profile", "name dialect doc"),
    ("NearMiss", "kind hint"),
    (
        "Request",
        "seq:int id world at:text|null at_real:text|null peer method url api action:text|null matched:bool headers:object \
         body user:text|null auth:text|null handler:text|null fault:text|null outcome:text|null status:int|null \
         bytes:int|null us:int|null diagnostics:NearMiss[] stream?:int container?:text watched?:number|null ended?:text|null",
    ),
    (
        "Unmatched",
        "seq:int method url api action:text|null status:int|null near_misses:NearMiss[]",
    ),
    (
        "Session",
        "id:int user:text|null line:int|null mag:int|null enigma:int|null stream:int|null stream_name:text|null \
         server:int|null ip:text|null user_agent:text|null container:text|null since:text|null activity_id:int \
         started:text|null last_read:text|null bytes:int|null watched:number|null packets:int|null frame:int|null \
         behind_ms:int|null segments:int|null upstream:text|null",
    ),
    (
        "EndedSession",
        "activity_id:int user line:int stream:int ip user_agent container started:text|null last_read:text|null bytes:int \
         watched:number|null packets:int|null frame:int|null segments:int|null at:text|null ended",
    ),
    ("WhyLine", "id:int username status"),
    ("WhyStream", "id:int name:text|null"),
    (
        "WhyCheck",
        "number:int name:text|null rule verdict:admits,refuses,skipped why:text|null change:text|null",
    ),
];

/// Returns all schemas by their names.
pub fn all() -> Map<String, Value> {
    let taken = TAKEN.iter().map(|(name, line)| (*name, members(line)));
    let answered = ANSWERED.iter().map(|(name, line)| (*name, open(members(line))));
    let others = [
        ("Effect", effect()),
        (
            "Delay",
            any_of(&[
                json!({ "type": "string" }),
                members("uniform:text[]"),
                members("lognormal:Lognormal"),
            ]),
        ),
        (
            "Span",
            json!({ "type": ["number", "string"], "description": "Seconds, or a text such as `90s`." }),
        ),
        ("Size", json!({ "type": ["integer", "string"] })),
        (
            "Counts",
            json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        ),
        ("Rate", any_of(&[json!({ "type": "string" }), schema("Throttle")])),
        ("Segments", any_of(&[json!({ "type": "boolean" }), schema("HlsGap")])),
        ("SentSeed", any_of(&[json!({ "type": "string" }), schema("Seed")])),
        ("Part", json!({ "type": "string", "enum": PARTS })),
        ("Problem", problem()),
    ];
    let all = taken.chain(answered).chain(others);
    let mut all: Map<String, Value> = all.map(|(name, schema)| (name.to_owned(), schema)).collect();
    add_seed(&mut all);
    all
}

fn any_of(schemas: &[Value]) -> Value {
    json!({ "anyOf": schemas })
}

fn effect() -> Value {
    let presets = presets_of(Dialects::default()).join(",");
    let aborts = ABORTS.map(|(name, _)| name).join(",");
    members(&format!(
        "delay?:Delay answer? status?:int body? preset?:{presets} corrupt?:Corrupt abort?:{aborts} truncate?:Cut \
         dribble?:Dribble throttle?:Rate stream_cut?:StreamPlace stream_stall?:StreamPlace ts_gap?:TsGap ts_garbage?:TsGarbage \
         pts_jump?:PtsJump hls_frozen?:bool hls_gap?:Segments upstream_down?:bool"
    ))
}

fn problem() -> Value {
    open(members("type title status:int detail hint"))
}

/// Adds the schema of a seed document, which is a document of its own: what it defines for itself is defined here.
fn add_seed(schemas: &mut Map<String, Value>) {
    let own = seeds::schema().replace("#/$defs/raw", "#/components/schemas/SeedRaw");
    let mut seed: Value = serde_json::from_str(&own).unwrap_or_default();
    without_exclusions(&mut seed);
    if let Some(members) = seed.as_object_mut() {
        // Generators would name the schema by its title.
        members.retain(|name, _| !matches!(name.as_str(), "$schema" | "title"));
        let mut defined = members.remove("$defs").unwrap_or_default();
        let raw = defined.get_mut("raw").map(Value::take);
        schemas.insert("SeedRaw".into(), raw.unwrap_or_default());
    }
    schemas.insert("Seed".into(), seed);
}

/// Removes what must not be together: generators have no type for it, and validators take its names for misspelt
/// ones. The server refuses it.
fn without_exclusions(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("not");
            members.values_mut().for_each(without_exclusions);
        }
        Value::Array(items) => items.iter_mut().for_each(without_exclusions),
        _ => {}
    }
}

/// Returns the schema of a parameter of a query.
pub fn of_filter(name: &str) -> Value {
    match name {
        "since" | "limit" | "status" => json!({ "type": "integer", "minimum": 0 }),
        "unmatched" => json!({ "type": "integer", "enum": [0, 1] }),
        "format" => json!({ "type": "string", "enum": StateForm::NAMES }),
        _ => json!({ "type": "string" }),
    }
}
