// What the guide of the billing API describes, in its order: a key, the resources, paging through all, a limit of
// requests that is waited for, errors, and its four integrations. The panel's clock stands until it is moved.

import assert from "node:assert/strict";
import { test } from "node:test";

import { URL_OF_PANEL, advance, client, now, refusal } from "./panel.mjs";

const DAY = 86_400_000;
const call = client(process.env.IPTVBP_API_KEY ?? "your_api_key_here");
const get = (path) => patient(() => call("GET", `/api/v1${path}`));
const post = (path, body, headers) => patient(() => call("POST", `/api/v1${path}`, body, headers));
let waits = 0;
let renewedUntil;

/** Calls again when the limit of requests was reached: the wait is that of the panel's clock. */
async function patient(request) {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      if (error.status !== 429) throw error;
      waits += 1;
      await advance(Number(error.headers.get("Retry-After")) * 2 ** attempt);
    }
  }
  throw new Error("the limit of requests is reached again and again");
}

/** All objects of a list, page for page. */
async function all(path, limit) {
  const found = [];
  for (let cursor = null; ; ) {
    const query = new URLSearchParams({ limit, ...(cursor && { cursor }) });
    const { data, pagination } = await get(`${path}?${query}`);
    found.push(...data);
    if (!pagination.hasMore) return { found, total: pagination.total };
    cursor = pagination.nextCursor;
  }
}

test("a key is sent with every request", async () => {
  const without = await fetch(`${URL_OF_PANEL}/api/v1/customers`);
  assert.equal(without.status, 401);
  assert.equal((await without.json()).error.code, "unauthorized");
  const wrong = await refusal(client("another")("GET", "/api/v1/customers"));
  assert.equal(wrong.status, 401);
});

test("customers are created, found, changed and deleted", async () => {
  const john = { email: "John@example.com", name: "John Smith", password: "securepassword123" };
  const made = await post("/customers", john);
  assert.equal(made.data.email, "john@example.com");
  assert.equal("password" in made.data, false);
  const { data } = await get(`/customers/${made.data.id}`);
  assert.deepEqual(data, made.data);
  const changed = await call("PATCH", `/api/v1/customers/${data.id}`, { name: "John A. Smith" });
  assert.equal(changed.data.name, "John A. Smith");
  // Before it is created again, it is looked for.
  assert.equal((await get("/customers?email=john@example.com")).data[0].id, data.id);
  assert.equal((await refusal(post("/customers", { email: "john@example.com", name: "J" }))).status, 409);
  assert.deepEqual(await call("DELETE", `/api/v1/customers/${data.id}`), { data: { id: data.id, deleted: true } });
  assert.equal((await refusal(get(`/customers/${data.id}`))).status, 404);
});

test("products are created, changed and deleted", async () => {
  const made = await post("/products", { name: "Year", price: "99.90", interval: "year", packageId: 1 });
  const changed = await call("PATCH", `/api/v1/products/${made.data.id}`, { price: 89.9 });
  assert.equal(changed.data.price, "89.90");
  assert.equal((await get("/products")).pagination.total, 2);
  await call("DELETE", `/api/v1/products/${made.data.id}`);
});

test("a list is paged through, beyond the limit of requests", async () => {
  for (let number = 1; number <= 90; number += 1) {
    await post("/customers", { email: `customer${number}@example.com`, name: `Customer ${number}` });
  }
  const { found, total } = await all("/customers", 7);
  assert.equal(total, 92);
  assert.equal(new Set(found.map((one) => one.id)).size, 92);
  assert(waits > 0, "the limit of the Standard tier was never reached");
});

test("an error says which field is at fault", async () => {
  const refused = await refusal(post("/customers", { name: "Nobody" }));
  assert.deepEqual([refused.status, refused.code], [422, "validation_error"]);
  assert.deepEqual(refused.fields, { email: "This field is required" });
});

test("a subscription is sold, watched, renewed and cancelled", async () => {
  const order = { customerId: "cust_001", productId: "prod_123", externalId: "order-17" };
  const key = { "Idempotency-Key": "order-17" };
  const sold = await post("/subscriptions", order, key);
  // The answer was lost on the way: the same call again sells nothing.
  assert.deepEqual(await post("/subscriptions", order, key), sold);
  assert.equal((await get("/invoices?customerId=cust_001")).pagination.total, 1);

  const { username, password } = sold.data.credentials;
  const login = await fetch(`${URL_OF_PANEL}/player_api.php?${new URLSearchParams({ username, password })}`);
  const { user_info: user } = await login.json();
  assert.equal(user.status, "Active");
  assert.equal(Number(user.exp_date) * 1000, Date.parse(sold.data.currentPeriodEnd));

  await post(`/invoices/${sold.data.latestInvoiceId}/mark-paid`, { reference: "bank" });
  const renewed = await post(`/subscriptions/${sold.data.id}/renew`);
  renewedUntil = sold.data.currentPeriodEnd.replace("2026-04-15", "2026-05-15");
  assert.equal(renewed.data.currentPeriodEnd, renewedUntil);
  const second = await post("/subscriptions", { customerId: "cust_002", productId: "prod_123" });
  const cancelled = await post(`/subscriptions/${second.data.id}/cancel`);
  assert.equal(cancelled.data.status, "cancelled");
});

test("a dashboard counts", async () => {
  const [customers, subscriptions, invoices] = await Promise.all([
    get("/customers?limit=1"),
    get("/subscriptions?status=active&limit=1"),
    get("/invoices?status=paid&limit=1"),
  ]);
  const totals = [customers, subscriptions, invoices].map((list) => list.pagination.total);
  assert.deepEqual(totals, [92, 1, 1]);
});

test("a mobile app shows a customer's subscriptions", async () => {
  const { data } = await get("/subscriptions?customerId=cust_001&status=active");
  const shown = data.map(({ productName, currentPeriodEnd, credentials, status }) => ({
    productName,
    expiresAt: currentPeriodEnd,
    hasCredentials: Boolean(credentials.username && credentials.password),
    status,
  }));
  assert.deepEqual(shown, [
    { productName: "1 Month Premium", expiresAt: renewedUntil, hasCredentials: true, status: "active" },
  ]);
});

test("a CRM learns who is active", async () => {
  const contacts = [];
  for (const customer of (await all("/customers", 100)).found.slice(0, 5)) {
    const { data } = await get(`/subscriptions?customerId=${customer.id}&status=active`);
    contacts.push([customer.email, data[0]?.productName ?? "None"]);
  }
  assert.equal(contacts.filter(([, product]) => product === "1 Month Premium").length, 1);
});

test("a weekly report adds up what was paid and what was cancelled", async () => {
  const weekAgo = new Date((await now()) - 7 * DAY).toISOString();
  const [customers, invoices, cancellations] = await Promise.all([
    get(`/customers?createdAfter=${weekAgo}`),
    get(`/invoices?status=paid&createdAfter=${weekAgo}`),
    get(`/subscriptions?status=cancelled&updatedAfter=${weekAgo}`),
  ]);
  const revenue = invoices.data.reduce((sum, invoice) => sum + parseFloat(invoice.amount), 0);
  assert.equal(revenue.toFixed(2), "9.99");
  assert.deepEqual([customers.pagination.total, cancellations.pagination.total], [90, 1]);
});

test("what is cancelled for the end of its period is cancelled when it has come", async () => {
  const [subscription] = (await get("/subscriptions?status=active")).data;
  await post(`/subscriptions/${subscription.id}/cancel`, { atPeriodEnd: true });
  await advance((Date.parse(subscription.currentPeriodEnd) - (await now())) / 1000);
  const { data } = await get(`/subscriptions/${subscription.id}`);
  assert.deepEqual([data.status, data.cancelledAt], ["cancelled", subscription.currentPeriodEnd]);
});
