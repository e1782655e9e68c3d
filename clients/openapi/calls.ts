// Calls of the clients that were generated for TypeScript, against the panel at LINECARD_URL.

import assert from "node:assert/strict";

import createClient from "openapi-fetch";

import type { components, paths as ControlPaths } from "./generated/control.js";
import type { paths as PanelPaths } from "./generated/panel.js";

const baseUrl = process.env.LINECARD_URL!;
const code = process.env.LINECARD_ACCESS_CODE!;

/** An array is sent as an element for each of its values, which the document says and URLSearchParams does not. */
function form(body: Record<string, unknown>): URLSearchParams {
  const pairs = Object.entries(body).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return new URLSearchParams(pairs);
}

const panel = createClient<PanelPaths>({ baseUrl, headers: { "X-Api-Key": process.env.LINECARD_API_KEY! } });
const control = createClient<ControlPaths>({ baseUrl });

const made = await panel.POST("/{code}/admin/create_line/../index.php", {
  params: { path: { code }, query: { action: "create_line" } },
  body: { exp_date: "2027-01-01", username: "carla", password: "secret", "allowed_ips[]": ["192.0.2.7", "192.0.2.8"] },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  bodySerializer: form,
});
assert(made.data?.status === "STATUS_SUCCESS", JSON.stringify(made));
const id: number = made.data.data.id;

const found = await panel.GET("/{code}/admin/get_lines/../index.php", {
  params: { path: { code }, query: { action: "get_lines", "search[value]": "carla", "order[0][column]": 1 } },
});
assert(found.data?.status === "STATUS_SUCCESS", JSON.stringify(found));
assert.deepEqual([found.data.data[0]?.id, found.data.data[0]?.allowed_ips], [id, ["192.0.2.7", "192.0.2.8"]]);

const shown = await panel.GET("/user_info/../api.php", {
  params: { query: { action: "user", sub: "info", username: "carla", password: "wrong" } },
});
assert(shown.data !== undefined && "error" in shown.data, JSON.stringify(shown));
assert.equal(shown.data.error, "NOT EXISTS");

const billing = createClient<PanelPaths>({ baseUrl, headers: { Authorization: "Bearer your_api_key_here" } });
const customer = await billing.POST("/api/v1/customers", { body: { email: "carla@example.com", name: "Carla" } });
assert(customer.data, JSON.stringify(customer));
const subscription = await billing.POST("/api/v1/subscriptions", {
  body: { customerId: customer.data.data.id, productId: "prod_123" },
});
assert.equal(subscription.data?.data.status, "active", JSON.stringify(subscription));
const ofSubscription = { params: { path: { id: subscription.data!.data.id } } };
const renewed = await billing.POST("/api/v1/subscriptions/{id}/renew", { ...ofSubscription, body: { periods: 2 } });
assert.equal(renewed.data?.data.currentPeriodEnd, "2026-06-15T14:30:00.000Z", JSON.stringify(renewed));
const invoices = await billing.GET("/api/v1/invoices", {
  params: { query: { status: "pending", subscriptionId: subscription.data!.data.id } },
});
assert.deepEqual(invoices.data?.data.map((one) => one.amount).sort(), ["19.98", "9.99"]);
const paid = await billing.POST("/api/v1/invoices/{id}/mark-paid", {
  params: { path: { id: invoices.data!.data[0]!.id } },
  body: { reference: "bank" },
});
assert.equal(paid.data?.data.status, "paid", JSON.stringify(paid));
const cancelled = await billing.POST("/api/v1/subscriptions/{id}/cancel", { ...ofSubscription, body: {} });
assert.equal(cancelled.data?.data.status, "cancelled", JSON.stringify(cancelled));
const again = await billing.POST("/api/v1/subscriptions/{id}/cancel", { ...ofSubscription, body: {} });
assert.equal(again.error?.error.code, "conflict", JSON.stringify(again));
const page = await billing.GET("/api/v1/customers", { params: { query: { limit: 2 } } });
assert.deepEqual([page.data?.data.length, page.data?.pagination.hasMore], [2, true]);
const incomplete = await billing.POST("/api/v1/customers", {
  // @ts-expect-error: a customer has an email.
  body: { name: "Nobody" },
});
assert.equal(incomplete.error?.error.details[0]?.field, "email", JSON.stringify(incomplete));

const nxt = createClient<PanelPaths>({ baseUrl, headers: { Authorization: "Bearer your_api_token_here" } });
const provisioned = await nxt.POST("/api/lines", {
  body: { package_id: 1, username: "carla0001", password: "secret0001", device_limit: 2 },
});
assert(provisioned.data, JSON.stringify(provisioned));
const extended = await nxt.PUT("/api/lines/{id}/extend", {
  params: { path: { id: provisioned.data.data.id } },
  body: { expires_at: "2027-01-01T00:00:00Z" },
});
assert.equal(extended.data?.data.expires_at, "2027-01-01T00:00:00.000Z", JSON.stringify(extended));

const ofLine = { params: { path: { id: provisioned.data.data.id } } };
const registered = await nxt.POST("/api/lines/{id}/devices", { ...ofLine, body: { device_id: "tv-1" } });
assert.equal(registered.data?.data.type, "app", JSON.stringify(registered));
const suspended = await nxt.POST("/api/lines/{id}/suspend", ofLine);
assert.equal(suspended.data?.data.status, "suspended", JSON.stringify(suspended));
const deleted = await nxt.DELETE("/api/lines/{id}", ofLine);
assert.equal(deleted.data?.message, "Line deleted", JSON.stringify(deleted));

const added = await control.POST("/_linecard/faults", {
  body: { match: { action: "get_line" }, when: { times: 1 }, effect: { answer: "STATUS_NO_PERMISSIONS" } },
});
assert(added.data, JSON.stringify(added));
const refused = await panel.GET("/{code}/admin/get_line/../index.php", {
  params: { path: { code }, query: { action: "get_line", id: String(id) } },
});
assert.equal(refused.data?.status, "STATUS_NO_PERMISSIONS");

const verified = await control.POST("/_linecard/verify", {
  body: { match: { action: "create_line", form: { username: "carla" } }, times: { exactly: 1 } },
});
assert.equal(verified.data?.verified, true);

// @ts-expect-error: a misspelt effect is no effect, and no preset has this name.
const misspelt: components["schemas"]["Effect"][] = [{ statuss: 503 }, { preset: "nope" }];
for (const effect of misspelt) {
  const answer = await control.POST("/_linecard/faults", { body: { effect } });
  assert.equal(answer.error?.status, 400);
}
