//! The types of playlists, one row each (contract "Player side", section 7.1). What a format says of its entries is in the
//! table; nothing else knows a type by its name.

use super::scripts::{self, Script};
use super::text::Style;

/// A part of a header or an entry.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    /// A text of the format itself.
    Text(&'static str),
    Name,
    Url,
    Icon,
    /// The first category's name, or nothing.
    Category,
    /// The service reference of Enigma2 devices: `:0:1:0:0:0:0:0:0:0:` or the stream's own.
    Sid,
    /// The service type of Enigma2 devices: 1 live, 4097 all others.
    Service,
    /// ` timeshift="N"`, for an archive.
    Archive,
    /// ` tvg-id="…"`, not for movies and episodes.
    Guide,
    /// ` group-title="…"`, where there is a category.
    Group,
    /// The name of the panel.
    Panel,
}

use Piece::{Archive, Category, Group, Guide, Icon, Name, Panel, Service, Sid, Text, Url};

/// What a type's body is.
pub enum Content {
    Entries {
        /// With its line end, if the type has one.
        header: &'static [Piece],
        entry: &'static [Piece],
        /// The texts after each entry and between two.
        after: &'static str,
        between: &'static str,
        footer: &'static str,
    },
    Script(Script),
}

/// A type.
pub struct Type {
    /// What clients ask for.
    pub name: &'static str,
    /// The file name, around the line's username where it has that.
    pub file: (&'static str, Option<&'static str>),
    pub content: Content,
    /// How names and other texts stand in it, and how URLs do.
    pub styles: (Style, Style),
    /// The folder in URLs of live streams.
    pub live: &'static str,
}

impl Type {
    /// Finds a type.
    pub fn find(name: &str) -> Option<&'static Type> {
        TYPES.iter().find(|one| one.name == name)
    }
}

const fn of(name: &'static str, file: (&'static str, Option<&'static str>), content: Content) -> Type {
    Type {
        name,
        file,
        content,
        styles: (Style::Plain, Style::Plain),
        live: "",
    }
}

const fn lines(header: &'static [Piece], entry: &'static [Piece], footer: &'static str) -> Content {
    Content::Entries {
        header,
        entry,
        after: "\r\n",
        between: "",
        footer,
    }
}

const M3U: &[Piece] = &[Text("#EXTM3U\n")];
const FAVOURITES: (&str, Option<&str>) = ("userbouquet.favourites.tv", None);
const BOUQUET: &[Piece] = &[Text("#NAME "), Panel, Text("\n")];
const IPTV: &[Piece] = &[Text("IPTV: { "), Name, Text(" } { "), Url, Text(" }")];

/// Bouquets of Enigma2 devices, whose URLs have no colons.
const fn bouquet(name: &'static str, entry: &'static [Piece]) -> Type {
    Type {
        styles: (Style::Plain, Style::Colons),
        ..of(name, FAVOURITES, lines(BOUQUET, entry, ""))
    }
}

/// All types.
#[rustfmt::skip] // A table.
pub static TYPES: [Type; 21] = [
    of("m3u", ("playlist_", Some(".m3u")), lines(M3U, &[Text("#EXTINF:-1,"), Name, Text("\r\n"), Url], "")),
    of("m3u_plus", ("playlist_", Some("_plus.m3u")), lines(M3U, &[
        Text("#EXTINF:-1"), Archive, Guide, Text(" tvg-name=\""), Name, Text("\" tvg-logo=\""), Icon, Text("\""), Group, Text(","), Name, Text("\r\n"), Url,
    ], "")),
    of("simple", ("simple_", Some(".txt")), lines(&[], &[Url, Text(" #Name: "), Name], "")),
    of("ariva", ("ariva_", Some(".txt")), lines(&[], &[Name, Text(","), Url], "")),
    bouquet("dreambox", &[Text("#SERVICE "), Service, Sid, Url, Text("\r\n#DESCRIPTION "), Name]),
    bouquet("enigma16", &[Text("#SERVICE 4097"), Sid, Url, Text("\r\n#DESCRIPTION "), Name]),
    bouquet("gigablue", &[Text("#SERVICE 4097:0:1:0:0:0:0:0:0:0:"), Url, Text("\r\n#DESCRIPTION "), Name]),
    of("enigma22_script", ("iptv.sh", None), Content::Script(scripts::enigma22)),
    of("enigma216_script", ("iptv.sh", None), Content::Script(scripts::enigma216)),
    of("mediastar", ("tvlist.txt", None), lines(&[], &[Name, Text(" "), Url], "")),
    of("starlivev3", ("iptvlist.txt", None), lines(&[], &[Name, Text(","), Url], "")),
    Type {
        styles: (Style::Json, Style::Json),
        live: "/live",
        ..of("starlivev5", ("channel.jason", None), Content::Entries {
            header: &[Text("{\"iptvstreams_list\":{\"@version\":1,\"group\":{\"name\":\"IPTV\",\"channel\":[")],
            entry: &[Text("{\"name\":\""), Name, Text("\",\"icon\":\""), Icon, Text("\",\"stream_url\":\""), Url, Text("\",\"stream_type\":0}")],
            after: "",
            between: ",",
            footer: "]}}}",
        })
    },
    of("gst", ("", Some("_list.txt")), lines(&[], &[Text("I: "), Url, Text(" "), Name], "")),
    of("fps", ("Royal.cfg", None), lines(&[], IPTV, "")),
    of("revosun", ("network_iptv.cfg", None), lines(&[], IPTV, "")),
    of("zorro", ("iptv.cfg", None), lines(&[Text("<NETDBS_TXT_VER_1>\n")], &[Text("IPTV: { "), Name, Text(" } { "), Url, Text(" } -HIDE_URL")], "")),
    of("octagon", ("internettv.feed", None), lines(&[], &[Text("[TITLE]\r\n"), Name, Text("\r\n[URL]\r\n"), Url, Text("\r\n[DESCRIPTION]\r\nIPTV\r\n[TYPE]\r\nLive")], "")),
    of("octagon_script", ("iptv", None), Content::Script(scripts::octagon)),
    of("webtvlist", ("webtv list.txt", None), lines(&[], &[Text("Channel name:"), Name, Text("\r\nURL:"), Url], "[Webtv channel END]")),
    Type {
        styles: (Style::Xml, Style::Xml),
        ..of("spark", ("webtv_usr.xml", None), lines(&[Text("<?xml version=\"1.0\"?>\r\n<webtvs>\n")], &[
            Text("<webtv title=\""), Name, Text("\" urlkey=\"0\" url=\""), Url, Text("\" description=\"\" iconsrc=\""), Icon,
            Text("\" iconsrc_b=\"\" group=\"0\" type=\"0\" />"),
        ], "</webtvs>"))
    },
    of("starsat7000", ("iptv.lst", None), lines(&[], &[
        Text("<servername=>"), Name, Text("</servername><serverurl=>"), Url, Text("</serverurl><servercategory=>"), Category, Text("</servercategory>"),
    ], "")),
];
