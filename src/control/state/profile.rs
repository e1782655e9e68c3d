//! The endpoints of the quirk profiles: list them, and replace the active ones.

use serde_json::{Value, json};

use crate::control::Control;
use crate::control::members::{answer, object, only};
use crate::control::problem::Problem;
use crate::http::{Request, Response};
use crate::panel::audit::ChangeSource;
use crate::panel::profiles::{DOCS, PROFILES, Profiles};
use crate::panel::settings::SetError;
use crate::spelling::nearest;

/// The chapter on profiles of the page about the control plane.
pub const CHAPTER: &str = "\n## Quirk profiles\n\n\
    `PUT profile` takes `{\"profiles\":[\"xui\"]}`, which counts from the next request on; `[]` goes back to the\n\
    documented behaviour. [profiles.md](profiles.md) says what each changes.\n";

/// `GET /_linecard/profile`.
pub async fn show(control: &Control) -> Result<Response, Problem> {
    Ok(shown(control.panel.access().await?.settings.profiles))
}

/// `PUT /_linecard/profile`: a profile that is left out becomes inactive.
pub async fn set(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    const HINT: &str = r#"send {"profiles":["xui"]}, or {"profiles":[]} for none"#;
    let members = object(request)?;
    only(&members, &["profiles"])?;
    let Some(Value::Array(wanted)) = members.get("profiles") else {
        return Err(Problem::bad_request("`profiles` is no list", HINT));
    };
    let mut known = vec![DOCS];
    known.extend(PROFILES.iter().map(|profile| profile.name));
    let mut names = Vec::with_capacity(wanted.len());
    for name in wanted {
        let name = name.as_str().unwrap_or_default();
        if !known.contains(&name) {
            let hint = format!("there are {}{}", known.join(", "), nearest(name, &known));
            return Err(Problem::bad_request(format!("there is no profile {name:?}"), hint));
        }
        names.push(name);
    }
    match control
        .panel
        .set_from(
            ChangeSource::control("profile", Some(request.client)),
            [("profile", names.join(","))],
        )
        .await
    {
        Ok(()) => show(control).await,
        Err(SetError::Store(error)) => Err(error.into()),
        Err(SetError::Wrong(wrong)) => Err(Problem::bad_request(wrong, HINT)),
    }
}

fn shown(profiles: Profiles) -> Response {
    let active: Vec<&str> = profiles.active().map(|profile| profile.name).collect();
    let all: Vec<Value> = PROFILES
        .iter()
        .map(|profile| json!({ "name": profile.name, "dialect": profile.dialect, "doc": profile.doc }))
        .collect();
    answer(&json!({ "active": active, "profiles": all }))
}
