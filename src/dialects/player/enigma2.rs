//! `enigma2.php`: menus of Enigma2 devices, one row of a table each (contract "Player side", section 9).

use data_encoding::BASE64;

use super::links::{Output, Place, Values, link_text};
use super::login::{Input, Login, log_in};
use super::{PANEL_NAME, xml, xui};
use crate::dialects::base_url::BaseUrl;
use crate::dialects::service::is_read;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::guide::page;
use crate::panel::subscription::{self as content, Kinds, Logins, Standing, Stream, Subscription};
use crate::panel::{Caller, Context, Result};

/// The name of the call.
pub const NAME: &str = "menu";

/// How many of the programmes that follow the running one a channel tells of.
const FOLLOWING: usize = 5;

/// A menu.
pub struct Menu {
    /// What devices ask for.
    pub name: &'static str,
    print: fn(&mut Page<'_>) -> Result<()>,
}

const fn row(name: &'static str, print: fn(&mut Page<'_>) -> Result<()>) -> Menu {
    Menu { name, print }
}

/// All menus but the first, which any other name shows.
#[rustfmt::skip] // A table.
pub static MENUS: [Menu; 8] = [
    row("get_live_categories", |page| categories(page, Kinds::Live, "get_live_streams")),
    row("get_vod_categories", |page| categories(page, Kinds::Movies, "get_vod_streams")),
    row("get_series_categories", series_categories),
    row("get_live_streams", |page| streams(page, Kinds::Live, channel)),
    row("get_vod_streams", |page| streams(page, Kinds::Movies, movie)),
    row("get_series", series),
    row("get_seasons", seasons),
    row("get_series_streams", episodes),
];

/// The first menu: title and menu of each entry.
const MAIN: [(&str, &str); 3] = [
    ("Live Streams", "get_live_categories"),
    ("VOD", "get_vod_categories"),
    ("TV Series", "get_series_categories"),
];

/// Answers a request of an address that is not blocked.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn answer(handler: Handler, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = xui::input(exchange, &request).await?;
    let line = match log_in(exchange, &request, &input, Logins::Enigma2).await? {
        Login::Line(line, ()) if line.standing == Standing::Active => line,
        Login::Line(..) => return Ok(Response::empty(401).traced(Trace::answered(handler, None))),
        Login::Missing | Login::Refused => return Ok(Response::empty(401).traced(Trace::stopped(Auth::BadKey))),
    };
    let base = BaseUrl::of(exchange, &request);
    let (caller, rtmp) = (Caller::Line(line.id), exchange.access.ports.rtmp);
    let read = move |context: &Context<'_>| {
        let mut page = Page {
            context,
            line: &line,
            input: &input,
            values: Values::new(&base, rtmp, &line),
            output: Output::choose(None, &line),
            out: Vec::with_capacity(4096),
        };
        page.print()?;
        Ok(page.out)
    };
    let body = exchange.panel.read(caller, read).await?;
    Ok(Response::new(200, "application/xml; charset=utf-8", body).traced(Trace::answered(handler, None)))
}

/// A page that is being written.
struct Page<'a> {
    context: &'a Context<'a>,
    line: &'a Subscription,
    input: &'a Input,
    values: Values,
    output: Output,
    out: Vec<u8>,
}

impl Page<'_> {
    fn print(&mut self) -> Result<()> {
        self.raw("<items><playlist_name>");
        xml::escape(&mut self.out, PANEL_NAME);
        self.raw("</playlist_name><category><category_id>1</category_id><category_title>");
        xml::escape(&mut self.out, PANEL_NAME);
        self.raw("</category_title></category>");
        let name = self.input.text("type").unwrap_or_default();
        match MENUS.iter().find(|menu| menu.name == name) {
            Some(menu) => (menu.print)(self)?,
            None => {
                for (id, (title, menu)) in (0..).zip(MAIN) {
                    self.menu(title, "", id, menu, "");
                }
            }
        }
        self.raw("</items>");
        Ok(())
    }

    /// The category that was asked for; all are nothing.
    fn category(&self) -> Option<i64> {
        self.input.int("cat_id")
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn texts(&mut self, title: &str, description: &str) {
        self.raw("<channel><title>");
        self.raw(&BASE64.encode(title.as_bytes()));
        self.raw("</title><description>");
        self.raw(&BASE64.encode(description.as_bytes()));
        self.raw("</description>");
    }

    /// Writes an entry that leads to another menu; `id` is what it leads to, `query` goes on after the menu's name.
    fn menu(&mut self, title: &str, description: &str, id: i64, menu: &str, query: &str) {
        let [base, user, password] = [Place::Base, Place::User, Place::Password].map(|place| self.values.get(place));
        let url = format!("{base}/enigma2.php?username={user}&password={password}&type={menu}{query}");
        self.texts(title, description);
        self.raw(&format!("<category_id>{id}</category_id><playlist_url>"));
        xml::cdata(&mut self.out, &url);
        self.raw("</playlist_url></channel>");
    }

    /// Writes an entry that plays; its category is the first of a stream, 0 is none.
    fn playable(&mut self, title: &str, description: &str, stream: &Stream) {
        let category = stream.categories.first().copied().unwrap_or(0);
        let url = link_text(stream, self.output, &self.values);
        self.texts(title, description);
        self.raw("<desc_image>");
        xml::cdata(&mut self.out, &stream.icon);
        self.raw(&format!(
            "</desc_image><category_id>{category}</category_id><stream_url>"
        ));
        xml::cdata(&mut self.out, &url);
        self.raw("</stream_url></channel>");
    }
}

/// Writes the entry `All` and one for each of these categories.
fn list_categories(page: &mut Page<'_>, mut ids: Vec<i64>, menu: &str) -> Result<()> {
    ids.sort_unstable();
    ids.dedup();
    page.menu("All", "", 0, menu, "&cat_id=0");
    for (id, name) in content::categories(page.context, &ids)? {
        page.menu(&name, "", id, menu, &format!("&cat_id={id}"));
    }
    Ok(())
}

fn categories(page: &mut Page<'_>, kinds: Kinds, menu: &str) -> Result<()> {
    let mut ids = Vec::new();
    content::streams(page.context, &page.line.bouquets, kinds, None, |stream| {
        ids.extend(&stream.categories);
        Ok(())
    })?;
    list_categories(page, ids, menu)
}

fn series_categories(page: &mut Page<'_>) -> Result<()> {
    let mut ids = Vec::new();
    content::series(page.context, &page.line.bouquets, None, |series| {
        ids.extend(&series.categories);
        Ok(())
    })?;
    list_categories(page, ids, "get_series")
}

fn streams(page: &mut Page<'_>, kinds: Kinds, print: fn(&mut Page<'_>, &Stream) -> Result<()>) -> Result<()> {
    let (context, bouquets, category) = (page.context, &page.line.bouquets, page.category());
    content::streams(context, bouquets, kinds, category, |stream| print(page, stream))
}

/// Writes a channel with its running programme and those that follow.
fn channel(page: &mut Page<'_>, stream: &Stream) -> Result<()> {
    let now = page.context.now;
    let most = u64::try_from(FOLLOWING).unwrap_or(0).saturating_add(1);
    let programmes = page::short(page.context.db, stream.id, now, most)?;
    let time = |unix: i64| {
        let stamp = page.context.zone().stamp(unix).unwrap_or_default();
        stamp.get(11..16).unwrap_or_default().to_owned()
    };
    let told = |one: &page::StoredProgramme| format!("[{} - {}] {}", time(one.start), time(one.end), one.title);
    let (running, following) = match programmes.split_first() {
        Some((first, rest)) if first.start <= now => (Some(first), rest),
        _ => (None, programmes.as_slice()),
    };
    let title = match running {
        Some(one) => format!("{}  {}", stream.name, told(one)),
        None => stream.name.clone(),
    };
    let following: Vec<String> = following.iter().take(FOLLOWING).map(told).collect();
    page.playable(&title, &following.join("\n"), stream);
    Ok(())
}

fn movie(page: &mut Page<'_>, stream: &Stream) -> Result<()> {
    page.playable(&stream.titles().1, plot(stream), stream);
    Ok(())
}

fn plot(stream: &Stream) -> &str {
    let known = ["plot", "description"]
        .iter()
        .filter_map(|name| stream.properties.get(*name)?.as_str());
    known.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

fn series(page: &mut Page<'_>) -> Result<()> {
    let (context, bouquets, category) = (page.context, &page.line.bouquets, page.category());
    content::series(context, bouquets, category, |one| {
        let query = format!("&series_id={}", one.id);
        page.menu(&one.title, &one.plot, one.id, "get_seasons", &query);
        Ok(())
    })
}

/// Returns the series that was asked for with its episodes, if the line has it.
fn asked_series(page: &Page<'_>) -> Result<Option<(content::Series, Vec<content::Episode>)>> {
    let id = page.input.int("series_id").unwrap_or(0);
    match content::one_series(page.context, &page.line.bouquets, id)? {
        Some(one) => Ok(Some((one, content::episodes(page.context, id)?))),
        None => Ok(None),
    }
}

fn seasons(page: &mut Page<'_>) -> Result<()> {
    let Some((series, episodes)) = asked_series(page)? else {
        return Ok(());
    };
    for season in episodes.chunk_by(|one, next| one.season == next.season) {
        let number = season.first().map_or(0, |first| first.season);
        let query = format!("&series_id={}&season={number}", series.id);
        page.menu(&format!("Season {number}"), "", number, "get_series_streams", &query);
    }
    Ok(())
}

fn episodes(page: &mut Page<'_>) -> Result<()> {
    let Some((series, episodes)) = asked_series(page)? else {
        return Ok(());
    };
    let season = page.input.int("season").unwrap_or(0);
    for one in episodes.iter().filter(|one| one.season == season) {
        page.playable(&one.full_name(&series.title), plot(&one.stream), &one.stream);
    }
    Ok(())
}
