// What the guide of NXT describes, in its order: the connection is tested, packages are read, lines are provisioned
// and extended, devices register themselves, and what goes wrong is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { URL_OF_PANEL, advance, client, refusal } from "./panel.mjs";

const call = client("your_api_token_here");
const plan = { package_id: 1, password: "s3cretPassword" };
const line = { ...plan, username: "shop1001", device_limit: 2 };
let id;

/** A device asks for the list of channels, and whether it got it. */
async function watches(userAgent) {
  const query = new URLSearchParams({ username: line.username, password: line.password, type: "m3u_plus" });
  const answer = await fetch(`${URL_OF_PANEL}/get.php?${query}`, { headers: { "User-Agent": userAgent } });
  const text = await answer.text();
  return answer.status === 200 && text.startsWith("#EXTM3U");
}

test("the connection shows version, status and packages", async () => {
  const { data } = await call("GET", "/api/status");
  assert.equal(data.status, "online");
  assert.match(data.version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(data.packages, (await call("GET", "/api/packages")).data);
});

test("a paid order is a line, however often its answer gets lost", async () => {
  const order = { "Idempotency-Key": "order-1001" };
  const made = await call("POST", "/api/lines", line, order);
  assert.deepEqual(await call("POST", "/api/lines", line, order), made);
  id = made.data.id;
  assert.equal(made.data.username, line.username);
  assert.equal(made.data.portal_url, `${URL_OF_PANEL}/c/`);
  const again = await refusal(call("POST", "/api/lines", line));
  assert.equal(again.status, 409);
});

test("a renewal extends the line", async () => {
  const { data } = await call("PUT", `/api/lines/${id}/extend`, { expires_at: "2026-12-31T00:00:00Z" });
  assert.equal(data.expires_at, "2026-12-31T00:00:00.000Z");
});

test("devices register themselves up to the limit, and a removed one frees its place", async () => {
  assert.equal(await watches("Phone/1.0"), true);
  assert.equal(await watches("TV/2.0"), true);
  assert.equal(await watches("STB/3.0"), false);
  assert.equal(await watches("Phone/1.0"), true);
  const { data } = await call("GET", `/api/lines/${id}/devices`);
  assert.equal(data.length, 2);
  await call("DELETE", `/api/lines/${id}/devices/${data[0].id}`);
  assert.equal(await watches("STB/3.0"), true);
});

test("a better plan has room for more devices", async () => {
  assert.equal(await watches("Tablet/4.0"), false);
  await call("PATCH", `/api/lines/${id}`, { device_limit: 3 });
  assert.equal(await watches("Tablet/4.0"), true);
});

test("a set-top box is authorised by its MAC address", async () => {
  const made = await call("POST", "/api/lines", { ...plan, username: "shop1002", mac: "00:1A:79:AB:CD:01" });
  assert.equal(made.data.mac, "00:1A:79:AB:CD:01");
  const placeholder = { ...plan, username: "shop1003", mac: "00:1A:79:xx:xx:xx" };
  const wrong = await refusal(call("POST", "/api/lines", placeholder));
  assert.deepEqual([wrong.status, Object.keys(wrong.fields)], [422, ["mac"]]);
});

test("a suspended line does not watch until it is unsuspended", async () => {
  await call("POST", `/api/lines/${id}/suspend`);
  assert.equal(await watches("Phone/1.0"), false);
  await call("POST", `/api/lines/${id}/unsuspend`);
  assert.equal(await watches("STB/3.0"), true);
});

test("an expired line does not watch", async () => {
  await advance(400 * 86_400);
  assert.equal(await watches("STB/3.0"), false);
  assert.equal((await call("GET", `/api/lines/${id}`)).data.status, "expired");
});

test("a token that is not one, and a package that is not there, are told", async () => {
  assert.equal((await refusal(client("another")("GET", "/api/status"))).status, 401);
  const unknown = await refusal(call("POST", "/api/lines", { ...plan, package_id: 99, username: "shop1004" }));
  assert.deepEqual([unknown.status, Object.keys(unknown.fields)], [422, ["package_id"]]);
});
