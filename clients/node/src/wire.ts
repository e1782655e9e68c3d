/** HTTP: JSON to the control plane, forms to the panel, and errors as people read them. */

import { AssertionError } from 'node:assert';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { type RequestOptions, request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { Problem as Refusal, Unmatched } from './control.js';

/** A value of a parameter; lists and maps are sent as PHP reads them. */
export type Value = string | number | bigint | boolean | null | undefined | Value[] | { [name: string]: Value };

/** Parameters of an action. */
export type Params = Record<string, Value>;

export type { Unmatched };

/** What the control plane says of a refusal. */
export interface Problem extends Partial<Refusal> {
  detail: string;
  unmatched?: readonly Unmatched[];
  /** The text of an answer that is not the control plane's. */
  body?: string;
}

/**
 * The control plane's refusal, or an answer that a panel does not give when it works. `status` is the HTTP status, 0 where there
 * was no answer.
 */
export class LinecardError extends Error {
  override readonly name = 'LinecardError';
  readonly status: number;
  readonly detail: string;
  readonly hint: string;

  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(problem.hint === undefined ? problem.detail : `${problem.detail}: ${problem.hint}`, options);
    this.status = problem.status ?? 0;
    this.detail = problem.detail;
    this.hint = problem.hint ?? '';
  }
}

/** Not as many requests came as were wanted; the message tells which came close. */
export class NotVerified extends AssertionError {
  readonly detail: string;
  readonly hint: string;

  constructor(readonly problem: Problem) {
    super({ message: story(problem).join('\n'), operator: 'verify' });
    this.name = 'NotVerified';
    this.detail = problem.detail;
    this.hint = problem.hint ?? '';
  }

  /** Tells of suspicious requests that nobody wanted. */
  static ofUnmatched(unmatched: readonly Unmatched[]): NotVerified {
    const detail = unmatched.length === 1 ? '1 suspicious request came' : `${unmatched.length} suspicious requests came`;
    const hint = 'forgetRequests() forgets those that a test makes on purpose';
    return new NotVerified({ detail, hint, unmatched });
  }
}

function story(problem: Problem): string[] {
  const lines = [problem.detail, `hint: ${problem.hint}`];
  for (const close of problem.closest ?? []) {
    lines.push(`closest: #${close.seq} ${close.method} ${close.url} (${close.api} ${close.action})`);
    for (const { member, wanted, got } of close.differences) {
      lines.push(`  ${member}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
    }
  }
  for (const { seq, method, url, near_misses } of problem.unmatched ?? []) {
    const hints = near_misses.map((miss) => miss.hint).join('; ') || 'nothing answers there';
    lines.push(`unmatched: #${seq} ${method} ${url}: ${hints}`);
  }
  return lines;
}

/** Types of refusals that are a verdict on what was verified. */
const VERDICTS = ['linecard:not_verified', 'linecard:journal_overflow'];

/** How long an answer may take, in milliseconds. */
const PATIENCE = 30_000;

/** What to do about a certificate that nobody vouches for. */
const TRUST = 'name the file of its authority with tlsCa or LINECARD_TLS_CA';

/** Where a server listens, and whether it speaks TLS there. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

interface Answer {
  status: number;
  text: string;
}

/** A server's address; every call has a connection of its own, so that a fault on one harms no other. */
export class Wire {
  /** Where the control plane is. */
  private readonly place: Place;

  /** The file of whom to trust; the system's authorities without one. */
  readonly tlsCa: string | undefined;

  /** What finds a world. By its name, for its port may be hidden where the server's is not: in a container. */
  private readonly named: Record<string, string>;

  /** Where the panel is: at the same address, unless the control plane has a socket of its own. */
  panel: Place;

  constructor(
    readonly url: string,
    readonly token?: string,
    world?: string,
    tlsCa?: string,
  ) {
    this.place = place(url);
    this.tlsCa = tlsCa || process.env['LINECARD_TLS_CA'] || undefined;
    this.named = world === undefined ? {} : { host: `${world}.localhost:${this.place.port}` };
    this.panel = this.place;
  }

  /** Calls the panel where it is, where the control plane has a socket of its own. */
  learn({ url, control }: { url: string; control: string }): void {
    if (control !== `${url}/_linecard/` && /^https?:/.test(url)) this.panel = place(url);
  }

  /** Asks the control plane. */
  async control(method: string, path: string, body?: unknown, patience = PATIENCE): Promise<unknown> {
    return parse(await this.asked(method, path, body, patience));
  }

  /** Asks the control plane for what is no JSON. */
  async text(path: string): Promise<string> {
    return (await this.asked('GET', path, undefined, PATIENCE)).text;
  }

  private async asked(method: string, path: string, body: unknown, patience: number): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (this.token !== undefined) headers['authorization'] = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const content = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.ask(this.place, method, `/_linecard/${path}`, content, headers, patience);
    if (answer.status >= 400) throw refusal(answer);
    return answer;
  }

  /** Sends a form to the panel, and reads an answer that is an object. */
  async object(path: string, fields: Params): Promise<object> {
    const answer = await this.sent(path, fields);
    const read = parse(answer);
    if (typeof read !== 'object' || read === null || Array.isArray(read)) {
      throw strange(answer, "no JSON object of Linecard's");
    }
    return read;
  }

  /** Sends a form to the panel, and reads its answer. */
  async form(path: string, fields: Params): Promise<unknown> {
    return parse(await this.sent(path, fields));
  }

  private async sent(path: string, fields: Params): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const content = new URLSearchParams([...flat(fields)]).toString();
    const answer = await this.ask(this.panel, 'POST', path, content, headers, PATIENCE);
    if (answer.status >= 400) throw refusal(answer);
    return answer;
  }

  private ask(
    to: Place,
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
    patience: number,
  ): Promise<Answer> {
    // At an address of its own a world needs no name.
    const named = to.host === this.place.host && to.port === this.place.port ? this.named : {};
    const trust = to.tls ? this.trust(to.host) : {};
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        const untrusted = asked.socket instanceof TLSSocket && asked.socket.authorizationError;
        const problem = untrusted
          ? { detail: `the certificate of ${to.host}:${to.port} is not trusted (${error.message})`, hint: TRUST }
          : { detail: `${method} ${path} on ${to.host}:${to.port} was not answered (${error.message})` };
        reject(new LinecardError(problem, { cause: error }));
      };
      const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
      const all = { ...named, ...headers, ...length };
      const { host, port } = to;
      const options = { host, port, method, path, agent: false, headers: all, ...trust };
      const asked = (to.tls ? requestTls : request)(options, (answer: IncomingMessage) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      asked.setTimeout(patience, () => asked.destroy(new Error(`nothing came within ${patience} ms`)));
      asked.on('error', fail);
      asked.end(body);
    });
  }

  /** Whom to trust, and under which name: the host's that is connected to, whatever world is asked for. */
  private trust(host: string): RequestOptions {
    const named = { servername: isIP(host) === 0 ? host : '', rejectUnauthorized: true };
    if (this.tlsCa === undefined) return named;
    try {
      const ca = readFileSync(this.tlsCa, 'latin1');
      // Of a file without any, OpenSSL would say only that the server is not trusted.
      if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate is in it');
      return { ...named, ca };
    } catch (error) {
      const detail = `${this.tlsCa} holds no authorities to trust (${(error as Error).message})`;
      throw new LinecardError({ detail, hint: TRUST }, { cause: error });
    }
  }
}

/** Where a panel is by its URL. */
export function place(url: string): Place {
  const parsed = URL.canParse?.(url) === false ? undefined : new URL(url);
  const tls = parsed?.protocol === 'https:';
  if (parsed === undefined || !(tls || parsed.protocol === 'http:')) {
    throw new TypeError(`${JSON.stringify(url)} is no URL of a panel: write it as http://127.0.0.1:8080`);
  }
  return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: Number(parsed.port || (tls ? 443 : 80)), tls };
}

function parse(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw strange(answer);
  }
}

/** Reads the control plane's problem, or else an answer that a panel gives only when something is wrong. */
function refusal(answer: Answer): LinecardError | NotVerified {
  let problem: Problem | null = null;
  try {
    problem = JSON.parse(answer.text) as Problem | null;
  } catch {
    // Then it is no problem of the control plane's.
  }
  const type = typeof problem?.type === 'string' ? problem.type : '';
  if (problem === null || !type.startsWith('linecard:')) return strange(answer, 'a failure');
  return VERDICTS.includes(type) ? new NotVerified(problem) : new LinecardError(problem);
}

function strange({ status, text }: Answer, what = "no JSON of Linecard's"): LinecardError {
  const detail = `the answer ${status} is ${what}: ${JSON.stringify(text.slice(0, 200))}`;
  return new LinecardError({ status, detail, body: text });
}

/** Writes nested values as PHP reads them: `user_data[username]`, `bouquets[0]`; what is null is left out. */
function* flat(fields: Params): Generator<[string, string]> {
  for (const [name, value] of Object.entries(fields)) yield* field(name, value);
}

function* field(name: string, value: Value): Generator<[string, string]> {
  if (value === null || value === undefined) return;
  if (typeof value === 'object') {
    for (const [key, one] of Object.entries(value)) yield* field(`${name}[${key}]`, one);
    return;
  }
  yield [name, typeof value === 'boolean' ? String(Number(value)) : String(value)];
}
