/** The panel: where it answers, what opens it, and what a test does with it. */

import { findBinary } from './binary.js';
import { Clock } from './clock.js';
import type {
  GetTransitionsAnswer as Transitions,
  Info,
  Match,
  Part,
  PostVerifyAnswer,
  Request,
  SentSeeds as Seed,
  State as Restored,
  Strictness,
  Times,
  Transition,
  UserMatch,
} from './control.js';
import { Faults } from './faults.js';
import { Process } from './process.js';
import { Sessions } from './sessions.js';
import { State } from './state.js';
import { LinecardError, NotVerified, type Params, type Unmatched, Wire, place } from './wire.js';
import { World, type WorldInfo, type WorldOptions } from './world.js';

/** Whom a reset is about, on a panel that others use too. */
export interface ResetOptions {
  match: UserMatch;
}

/** With which seed the panel begins until the next reset. */
export interface SeedOptions {
  seed: Seed;
}

/** How a panel is started. */
export interface StartOptions {
  seed?: string;
  /** `real`, or `frozen:2026-01-01T00:00:00Z`. */
  clock?: string;
  rngSeed?: number;
  /** Whether suspicious requests are refused, or only told in the log. */
  strict?: boolean | Strictness;
  /** Further options of `linecard test`. */
  args?: string[];
  /** The program, when it is not to be looked for. */
  binary?: string;
  /** How long the start may take, in milliseconds. */
  timeout?: number;
  /** With TLS, the file of whom to trust, such as `--tls-ca-out` names among the `args`. */
  tlsCa?: string;
}

/** How the fixtures of a runner start a panel. */
export interface FixtureOptions extends StartOptions {
  /** Whether each test has a world of its own, so that tests of a file can run side by side. */
  world?: boolean;
  /** Whether a test fails that makes suspicious requests. */
  failOnUnmatched?: boolean;
}

export type { Info, Part, Restored, Transition, Transitions };

/** What a reset of some users deleted, and what there is now. */
export type Deleted = Restored & Required<Pick<Restored, 'deleted'>>;

/** A request in the journal. */
export type Entry = Request;

/** Which requests of the journal are listed. */
export interface Filters {
  since?: number;
  limit?: number;
  api?: string;
  action?: string;
  user?: string;
  status?: number;
  unmatched?: 0 | 1;
}

/** How many requests are wanted, and how long to wait for them. */
export interface VerifyOptions {
  times?: number | Times;
  within?: string;
}

/** Requests that came as they were wanted. */
export type Verified = Required<PostVerifyAnswer>;

/** The server waits for five minutes at most. */
const LONGEST = 310_000;

/** A panel with its control plane. Start one, attach to one that runs, or make a world of either. */
export class Panel {
  readonly url: string;
  readonly controlUrl: string;
  readonly worldName: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly sessions: Sessions;
  readonly state: State;
  private expected: [Match, VerifyOptions][] = [];
  private failsOnUnmatched = false;
  /** Whether another seed than at the start changed what opens the panel. */
  private reseeded = false;

  private constructor(
    private readonly wire: Wire,
    /** What opens the panel is in it. */
    private told: Info,
    /** What ends with this panel. */
    private readonly owned?: Process | World,
  ) {
    wire.learn(told);
    // A world has its own port, where the server tells the name that it was asked by.
    const { url, control } = owned instanceof World ? owned.info : told;
    this.url = url;
    this.controlUrl = control;
    this.worldName = told.world;
    ({ host: this.host, port: this.port } = owned instanceof World ? place(url) : wire.panel);
    this.clock = new Clock(wire);
    this.faults = new Faults(wire);
    this.sessions = new Sessions(wire);
    this.state = new State(wire);
  }

  /** The path of the Admin API. */
  get accessCode(): string | null {
    return this.told.access_code;
  }

  get apiKey(): string | null {
    return this.told.api_key;
  }

  get user(): string | null {
    return this.told.user;
  }

  get password(): string | null {
    return this.told.pass;
  }

  /** The URL of the Admin API, if there is an access code for it. */
  get adminApi(): string | null {
    return this.accessCode === null ? null : this.url + this.adminPath;
  }

  /** The URL of XC v2's `api.php`. */
  get xcV2Api(): string {
    return `${this.url}/api.php`;
  }

  private get adminPath(): string {
    return `/${this.accessCode}/admin/index.php`;
  }

  /** Starts `linecard test`: in memory, on a free port, for as long as this process runs. */
  static async start(options: StartOptions = {}): Promise<Panel> {
    const { seed, clock, rngSeed, strict = false, args = [], timeout = 10_000, tlsCa } = options;
    const { binary = findBinary() } = options;
    const command = ['test', '--bind', '127.0.0.1:0', '--control=true'];
    command.push('--ready-format', 'json', '--exit-with-parent', '--grace', '1s');
    for (const [name, value] of [['--seed', seed], ['--clock', clock], ['--rng-seed', rngSeed]] as const) {
      if (value !== undefined) command.push(name, String(value));
    }
    if (strict !== false) command.push(`--strict=${strict === true ? 'error' : strict}`);
    const [process, ready] = await Process.start(binary, [...command, ...args], timeout);
    try {
      const wire = new Wire(ready.control, ready.control_token ?? undefined, undefined, tlsCa);
      return new Panel(wire, await info(wire), process);
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  /**
   * Uses a panel that runs, or a world of it; without a URL the one of `linecard run -- npm test`. With TLS,
   * who vouches for it stands in the file `tlsCa`, or that of `LINECARD_TLS_CA`; else the system's
   * authorities do.
   */
  static async attach(controlUrl?: string, token?: string, world?: string, tlsCa?: string): Promise<Panel> {
    const url = controlUrl ?? process.env['LINECARD_CONTROL_URL'];
    if (!url) {
      throw new TypeError(
        'LINECARD_CONTROL_URL is not set: start the tests with `linecard run -- npm test`, ' +
          'or give the URL of the control plane',
      );
    }
    const wire = new Wire(url, token ?? process.env['LINECARD_CONTROL_TOKEN'], world, tlsCa);
    return new Panel(wire, await info(wire));
  }

  /** Starts a panel for this, checks what was expected, unless this failed by itself, and stops it. */
  static async use<T>(options: StartOptions, run: (panel: Panel) => T | Promise<T>): Promise<T> {
    return (await Panel.start(options)).during(run);
  }

  /** Makes a panel of its own in the same server, which ends when it is closed. */
  async world(options: WorldOptions = {}): Promise<Panel> {
    const world = await World.make(this.wire, options);
    try {
      const wire = new Wire(this.wire.url, this.wire.token, world.info.id, this.wire.tlsCa);
      return new Panel(wire, await info(wire), world);
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  /** The worlds that there are. */
  async worlds(): Promise<WorldInfo[]> {
    return ((await this.wire.control('GET', 'worlds')) as { worlds: WorldInfo[] }).worlds;
  }

  /** Checks what was expected after this, unless this failed by itself, and closes the panel. */
  async during<T>(run: (panel: Panel) => T | Promise<T>): Promise<T> {
    try {
      const result = await run(this);
      await this.check();
      return result;
    } finally {
      await this.close();
    }
  }

  /** Stops the server, if this panel started it; ends the world, if it is one. */
  async close(): Promise<void> {
    await this.owned?.stop();
  }

  /**
   * Calls an action of the Admin API; lists and maps are sent as PHP reads them. An answer that is no JSON object, or has an
   * HTTP status from 400 on, is a `LinecardError`.
   */
  async call<T = any>(action: string, params: Params = {}): Promise<T> {
    return (await this.wire.object(this.adminPath, { api_key: this.apiKey, action, ...params })) as T;
  }

  /** Calls XC v2's `api.php`; an HTTP status from 400 on is a `LinecardError`. */
  async api<T = any>(action: string, sub: string, params: Params = {}): Promise<T> {
    const query = new URLSearchParams({ action, sub });
    return (await this.wire.form(`/api.php?${query}`, params)) as T;
  }

  /** Where the panel answers and what opens it. */
  async info(): Promise<Info> {
    return info(this.wire);
  }

  /** How strict the panel is, after it was set to this level, if one is given. */
  async strictness(level?: Strictness): Promise<Strictness> {
    const [method, body] = level === undefined ? (['GET'] as const) : (['PATCH', { strict: level }] as const);
    return ((await this.wire.control(method, 'info', body)) as Info).strictness;
  }

  /** Goes back to the start: state, clock, faults, journal and sessions, or these parts; with the state of a seed, if one is given. */
  async reset(what?: Part[], options?: SeedOptions): Promise<Restored>;
  async reset(options: SeedOptions): Promise<Restored>;
  /** Deletes the users that are meant, as in `{ match: { user: 'ci-*' } }`; nothing goes back. */
  async reset(only: ResetOptions): Promise<Deleted>;
  async reset(what?: Part[] | SeedOptions | ResetOptions, options?: SeedOptions): Promise<Restored> {
    const members = what === undefined || Array.isArray(what) ? { what, ...options } : what;
    if ('match' in members) return (await this.wire.control('POST', 'reset', members)) as Deleted;
    this.expected = [];
    this.failsOnUnmatched = false;
    const counts = (await this.wire.control('POST', 'reset', members)) as Restored;
    const reseeded = 'seed' in members;
    if (reseeded || this.reseeded) this.told = await this.info();
    this.reseeded = reseeded;
    return counts;
  }

  /** Keeps the state under a name. */
  async snapshot(name: string): Promise<{ name: string; replaced: boolean }> {
    return (await this.wire.control('POST', 'snapshots', { name })) as { name: string; replaced: boolean };
  }

  /** The names of the snapshots. */
  async snapshots(): Promise<string[]> {
    return ((await this.wire.control('GET', 'snapshots')) as { snapshots: string[] }).snapshots;
  }

  /** Goes back to a snapshot. */
  async restore(name: string): Promise<Restored> {
    return (await this.wire.control('POST', `snapshots/${encodeURIComponent(name)}/restore`)) as Restored;
  }

  /** Forgets a snapshot. */
  async forget(name: string): Promise<void> {
    await this.wire.control('DELETE', `snapshots/${encodeURIComponent(name)}`);
  }

  /** The active quirk profiles, after they were replaced by these, if any are given. */
  async profile(profiles?: string[]): Promise<string[]> {
    const [method, body] = profiles === undefined ? (['GET'] as const) : (['PUT', { profiles }] as const);
    return ((await this.wire.control(method, 'profile', body)) as { active: string[] }).active;
  }

  /** After what things become ready, replaced by `{ stream: { polls: 3 } }` or its like if that is given. */
  async transitions(transitions?: Partial<Record<'stream' | 'movie' | 'epg', Transition>>): Promise<Transitions> {
    const method = transitions === undefined ? 'GET' : 'PUT';
    return (await this.wire.control(method, 'transitions', transitions)) as Transitions;
  }

  /** What was done since the server started, as Prometheus reads it. */
  async metrics(): Promise<string> {
    return this.wire.text('metrics');
  }

  /** What clients asked, and deliveries of webhooks, whose `api` is `webhook` and whose action is the event. */
  async requests(filters: Filters = {}): Promise<Entry[]> {
    const wanted = Object.entries(filters).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(wanted.map(([name, value]): [string, string] => [name, String(value)]));
    return ((await this.wire.control('GET', `requests?${query}`)) as { requests: Entry[] }).requests;
  }

  /** Requests in which something is odd, with what may have been meant. */
  async unmatched(): Promise<Unmatched[]> {
    return ((await this.wire.control('GET', 'unmatched')) as { unmatched: Unmatched[] }).unmatched;
  }

  /** Forgets what clients asked, suspicious requests too: they fail neither a check nor a run. */
  async forgetRequests(): Promise<void> {
    await this.wire.control('DELETE', 'requests');
  }

  /** How many requests match. */
  async count(match: Match): Promise<number> {
    return ((await this.wire.control('POST', 'requests/count', { match })) as { count: number }).count;
  }

  /**
   * Asserts that requests came: at least one, so many, or `{ at_most: 2 }`; waits `within` a time.
   * Fails with `NotVerified`, an `AssertionError` that tells which requests came close.
   */
  async verify(match: Match, { times, within }: VerifyOptions = {}): Promise<Verified> {
    const wanted = typeof times === 'number' ? { exactly: times } : times;
    const patience = within === undefined ? undefined : LONGEST;
    return (await this.wire.control('POST', 'verify', { match, times: wanted, within }, patience)) as Verified;
  }

  /** Says now what `check` verifies at the end. */
  expect(match: Match, options: VerifyOptions = {}): void {
    this.expected.push([match, options]);
  }

  /** Says whether `check` fails when there were suspicious requests, until a reset. */
  failOnUnmatched(fails = true): void {
    this.failsOnUnmatched = fails;
  }

  /** Verifies what was expected, once; the fixtures do it after each test. */
  async check(): Promise<void> {
    const [expected, fails] = [this.expected, this.failsOnUnmatched];
    [this.expected, this.failsOnUnmatched] = [[], false];
    for (const [match, options] of expected) await this.verify(match, options);
    const unmatched = fails ? await this.unmatched() : [];
    if (unmatched.length > 0) throw NotVerified.ofUnmatched(unmatched);
  }

  /** What the server said on standard error, if this panel started it. */
  log(): string {
    if (!(this.owned instanceof Process)) {
      throw new LinecardError({ detail: 'the log is with whoever started the server' });
    }
    return this.owned.log();
  }
}

async function info(wire: Wire): Promise<Info> {
  return (await wire.control('GET', 'info')) as Info;
}
