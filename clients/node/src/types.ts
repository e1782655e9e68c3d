/** Types of what tests write. Those of the control plane are generated; the times are also what the language has for them. */

export {
  PresetName as PRESETS,
  type Delay,
  type Effect,
  type Match,
  type Pattern as Text,
  type PresetName as Preset,
  type Seed as Document,
  type SentSeeds as Seed,
  type Strictness,
  type When,
} from './control.js';

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
