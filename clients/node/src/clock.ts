/** The panel's clock, which a test sets and puts forward. */

import type { Clock as ClockState, ClockMode, PostClockAdvanceAnswer as Advanced, PostClockAdvanceBody } from './control.js';
import { type Duration, type Instant, duration, instant } from './types.js';
import type { Wire } from './wire.js';

export type { Advanced, ClockState };
export type { Fired } from './control.js';

/**
 * Governs everything that the panel dates. Times are texts such as `2026-01-01T00:00:00Z` and `P1M`, or a `Date`, a number of
 * milliseconds, and what Temporal has for them.
 */
export class Clock {
  constructor(private readonly wire: Wire) {}

  /** Tells the mode, the time and the rate. */
  async show(): Promise<ClockState> {
    return (await this.wire.control('GET', 'clock')) as ClockState;
  }

  /** Stands still, at this time or now. */
  async freeze(at?: Instant): Promise<ClockState> {
    return this.set({ mode: 'frozen', at: at === undefined ? (await this.show()).unix : instant(at) });
  }

  /** Runs, ahead or behind by this duration. */
  async offset(by: Duration): Promise<ClockState> {
    return this.set({ mode: 'offset', by: duration(by) });
  }

  /** Runs so many times as fast. */
  async scale(rate: number): Promise<ClockState> {
    return this.set({ mode: 'scaled', rate });
  }

  /** Runs as the machine's own. */
  async real(): Promise<ClockState> {
    return this.set({ mode: 'real' });
  }

  /** Goes forward by a duration or to a time. */
  async advance(by: Duration | { by: Duration } | { to: Instant }): Promise<Advanced> {
    let body: PostClockAdvanceBody;
    if (typeof by === 'object' && 'to' in by) body = { to: instant(by.to) };
    else body = { by: duration(typeof by === 'object' && 'by' in by ? by.by : by) };
    return (await this.wire.control('POST', 'clock/advance', body)) as Advanced;
  }

  private async set(body: ClockMode): Promise<ClockState> {
    return (await this.wire.control('PUT', 'clock', body)) as ClockState;
  }
}
