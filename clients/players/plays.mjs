// Calls of @iptv/xtream-api against the panel at LINECARD_URL, which has the seeds `docs` and `more.sql`: a login, lists, details, the
// guide, and what its URLs play.

import assert from "node:assert/strict";

import { Xtream } from "@iptv/xtream-api";
import { standardizedSerializer } from "@iptv/xtream-api/standardized";

const PACKET = 188;
const url = process.env.LINECARD_URL;
const account = { url, username: "customer4521", password: "securepass" };
const raw = new Xtream({ ...account, preferredFormat: "ts" });
const tidy = new Xtream({ ...account, preferredFormat: "m3u8", serializer: standardizedSerializer });

const names = (items) => items.map((item) => item.name);

/** The first bytes of what a URL plays. */
async function first(address, bytes) {
  const answer = await fetch(address);
  assert.equal(answer.status, 200, address);
  const taken = [];
  let size = 0;
  for await (const chunk of answer.body) {
    taken.push(chunk);
    size += chunk.length;
    if (size >= bytes) break;
  }
  return Buffer.concat(taken);
}

function isTransportStream(bytes) {
  for (let at = 0; at + PACKET <= bytes.length; at += PACKET) assert.equal(bytes[at], 0x47, `a packet at ${at}`);
}

const profile = await raw.getProfile();
assert.deepEqual([profile.auth, profile.status, profile.max_connections], [1, "Active", "2"]);
assert.equal((await raw.getServerInfo()).timezone, "UTC");
assert.deepEqual((await tidy.getProfile()).expiresAt, new Date("2026-12-31T00:00:00Z"));

assert.deepEqual((await raw.getChannelCategories()).map((one) => one.category_name), ["News", "Radio"]);
assert.deepEqual(names(await tidy.getMovieCategories()), ["Movies"]);
assert.deepEqual(names(await tidy.getShowCategories()), ["Series"]);

const channels = await raw.getChannels();
assert.deepEqual(names(channels), ["Demo News", "Demo Sports", "Demo Channel", "Demo Radio"]);
assert.deepEqual(names(await raw.getChannels({ page: 2, limit: 3 })), ["Demo Radio"]);
isTransportStream(await first(channels[0].url, 100 * PACKET));

const [movie] = await tidy.getMovies();
const film = await tidy.getMovie({ movieId: movie.id });
assert.deepEqual([movie.name, film.tmdbId], ["Demo Movie", "9000100"]);
assert.equal(film.url, `${url}/movie/customer4521/securepass/100.mp4`);
assert.equal((await raw.getMovie({ movieId: 100 })).movie_data.name, "Demo Movie (2024)");
assert.equal((await first(film.url, 8)).toString("latin1", 4, 8), "ftyp");
await assert.rejects(tidy.getMovie({ movieId: 999 }), /Movie Not Found/);

const [show] = await tidy.getShows();
const series = await tidy.getShow({ showId: show.id });
const episode = series.seasons[0].episodes[0];
assert.deepEqual([series.name, episode.url], ["Demo Series", `${url}/series/customer4521/securepass/200.mp4`]);
assert.equal((await first(episode.url, 8)).toString("latin1", 4, 8), "ftyp");
await assert.rejects(tidy.getShow({ showId: 999 }), /Show Not Found/);

const next = await tidy.getShortEPG({ channelId: 10, limit: 2 });
assert.deepEqual(next.map((programme) => programme.title), ["Demo News", "Money Today"]);
const guide = await tidy.getFullEPG({ channelId: 10 });
assert.equal(guide.length, 7);
assert.deepEqual(guide[1].start, new Date("2026-03-15T11:00:00Z"));

const timeshift = { start: guide[1].start, duration: 1 };
const again = raw.generateStreamUrl({ type: "channel", streamId: 10, extension: "ts", timeshift });
const minute = Buffer.from(await (await fetch(again)).arrayBuffer());
assert.equal(minute.length, 60 * 300 * PACKET);
isTransportStream(minute);

const playlist = (await tidy.getChannels())[0].url;
assert.match((await first(playlist, 7)).toString(), /^#EXTM3U\n/);

await assert.rejects(new Xtream({ ...account, password: "wrong" }).getChannels(), TypeError);
console.log("@iptv/xtream-api: OK");
