// What the programs know of the panel that `linecard run` has started for them.

import assert from "node:assert/strict";

export const URL_OF_PANEL = process.env.LINECARD_URL;

/** Moves the panel's clock on, which stands. */
export async function advance(seconds) {
  const answer = await fetch(`${URL_OF_PANEL}/_linecard/clock/advance`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ by: `PT${seconds}S` }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** The panel's time in milliseconds. */
export async function now() {
  const answer = await fetch(`${URL_OF_PANEL}/_linecard/clock`);
  return Date.parse((await answer.json()).now);
}

/** A client of one of the APIs: its answers are JSON, and a refusal is thrown with what it says. */
export function client(secret) {
  return async function call(method, path, body, headers = {}) {
    const answer = await fetch(URL_OF_PANEL + path, {
      method,
      headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Refusal(answer, json.error);
    return json;
  };
}

/** A refusal: its HTTP status, its code and each field's message. */
export class Refusal extends Error {
  constructor(answer, { code, message, details }) {
    super(message);
    Object.assign(this, { status: answer.status, code, headers: answer.headers });
    this.fields = Object.fromEntries((details ?? []).map((one) => [one.field, one.message]));
  }
}

/** Returns the refusal of a call that has to be refused. */
export async function refusal(call) {
  const outcome = await call.then(
    (answer) => assert.fail(`was answered: ${JSON.stringify(answer)}`),
    (error) => error,
  );
  assert(outcome instanceof Refusal, outcome);
  return outcome;
}
