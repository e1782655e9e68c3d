/** Types of what tests write: faults, presets, matches and the clock's times. The compiler tells of a member or a preset
 * that does not exist before the server does. */

/** The faults that have a name; `faults.presets()` tells those of the server. */
export const PRESETS = [
  'account_locked_ip',
  'array_instead_of_object',
  'auth_zero',
  'banned',
  'bom_prefix',
  'cloudflare_challenge',
  'db_error_page',
  'disabled',
  'double_gzip',
  'empty_body',
  'expired',
  'html_error_page',
  'html_instead_of_json',
  'invalid_utf8',
  'm3u_crlf',
  'max_connections',
  'null_fields',
  'object_instead_of_array',
  'php_warning_prefix',
  'portal_token_expired',
  'redirect_chain',
  'redirect_loop',
  'slow_epg',
  'stream_404_after_start',
  'stream_stall',
  'strings_for_numbers',
  'truncated_json',
  'xmltv_unclosed',
] as const;

/** A fault that has a name. */
export type Preset = (typeof PRESETS)[number];

/** How long to wait before an answer: always the same, between two, or as networks have it. */
export type Delay =
  | string
  | { uniform: readonly [string, string] }
  | { lognormal: { median: string; sigma: number } };

/** Where in a stream a fault begins: at one of these. */
export interface StreamPlace {
  after_bytes?: number | string;
  /** By what is played, such as `3s`. */
  after?: string;
  /** A frame of the test source. */
  after_frame?: number;
}

/** What happens to a request: see the table in docs/control.md. */
export interface Effect {
  delay?: Delay;
  /** The API's own failure, by its word: `STATUS_NO_PERMISSIONS`, `EXISTS`. */
  answer?: string;
  status?: number;
  body?: string;
  preset?: Preset;
  corrupt?: { flip: number };
  abort?: 'close' | 'reset' | 'hang' | 'empty';
  truncate?: { bytes: number | string } | { fraction: number };
  dribble?: { chunks: number; over: string };
  /** Such as `64KiB/s`. */
  throttle?: string | ({ rate: string } & StreamPlace);
  stream_cut?: StreamPlace;
  stream_stall?: StreamPlace;
  ts_gap?: { pid: number; packets?: number } & StreamPlace;
  ts_garbage?: { bytes: number } & StreamPlace;
  pts_jump?: { by: string } & StreamPlace;
  hls_frozen?: boolean;
  hls_gap?: boolean | { segment: number };
  upstream_down?: boolean;
}

/** A text, perhaps with `*`; a number; `null` for none at all. */
export type Text = string | number | null;

/** Which requests are meant: the object that faults, counts and verifications share. */
export interface Match {
  api?: Text;
  action?: Text;
  method?: Text;
  path?: Text;
  query?: Readonly<Record<string, Text>>;
  form?: Readonly<Record<string, Text>>;
  header?: Readonly<Record<string, Text>>;
  user?: Text;
  status?: number;
  matched?: boolean;
  /** The id of what is played. */
  stream?: Text;
  container?: Text;
  /** Why the stream ended. */
  ended?: Text;
  /** How much of it was sent. */
  bytes?: { at_least?: number | string; at_most?: number | string };
  /** How long what was sent plays, such as `10s`. */
  watched?: { at_least?: string; at_most?: string };
}

/** On which of the matching requests a fault acts. */
export interface When {
  skip?: number;
  times?: number;
  every?: number;
  probability?: number;
  ttl?: string;
  until?: string | number;
}

/** Whether suspicious requests are refused, told in the log, or only recorded. */
export type Strictness = 'off' | 'warn' | 'error';

/** A seed document: sections such as `lines` with their entries. */
export type Document = Record<string, unknown>;

/** A built-in seed by its name, a document, or a list of these. */
export type Seed = string | Document | readonly (string | Document)[];

/** What writes itself as ISO 8601 text, as `Temporal.Instant` and `Temporal.Duration` do. */
export interface Iso {
  toJSON(): string;
}

/** An instant: `2026-01-01T00:00:00Z`, a `Date`, or a `Temporal.Instant`. */
export type Instant = string | Date | Iso;

/** A duration: `PT90M`, a number of milliseconds, or a `Temporal.Duration`. */
export type Duration = string | number | Iso;

/** Writes an instant as the control plane reads it. */
export function instant(at: Instant): string {
  return typeof at === 'string' ? at : at.toJSON();
}

/** Writes a duration as the control plane reads it. */
export function duration(by: Duration): string {
  if (typeof by === 'string') return by;
  if (typeof by !== 'number') return by.toJSON();
  if (!Number.isSafeInteger(by) || by % 1000 !== 0) {
    throw new RangeError(`${by} ms are no whole seconds, and the panel's clock has no others`);
  }
  return `${by < 0 ? '-' : ''}PT${Math.abs(by) / 1000}S`;
}
