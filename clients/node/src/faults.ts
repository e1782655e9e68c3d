/** Faults: requests that fail because a test says so. */

import type { Effect, Match, Preset, When } from './types.js';
import type { Wire } from './wire.js';

/** When a fault acts, and what it is called. */
export interface FaultOptions {
  /** Which of the matching requests fail. */
  when?: When;
  /** Before the panel does its work, or after it, so that only the answer is lost. */
  at?: 'before' | 'after';
  /** Takes hold of streams that are open too. */
  running?: boolean;
  id?: string;
}

/** A fault as the server holds it. */
export interface HeldFault extends FaultOptions {
  id: string;
  match?: Match;
  effect: Effect;
  matched: number;
  hits: number;
}

/** One fault. */
export class Fault {
  constructor(
    private readonly faults: Faults,
    readonly id: string,
  ) {}

  /** How often it acted. */
  async hits(): Promise<number> {
    return (await this.held())?.hits ?? 0;
  }

  /** Ends it. */
  async remove(): Promise<void> {
    await this.faults.remove(this.id);
  }

  /** Ends it after this, unless a reset or its ttl did. */
  async during<T>(run: () => T | Promise<T>): Promise<T> {
    try {
      return await run();
    } finally {
      if (await this.held()) await this.remove();
    }
  }

  private async held(): Promise<HeldFault | undefined> {
    return (await this.faults.list()).find((fault) => fault.id === this.id);
  }
}

/** All faults of a panel. */
export class Faults {
  constructor(private readonly wire: Wire) {}

  /** Makes matching requests fail. */
  async add(effect: Effect, match?: Match, options: FaultOptions = {}): Promise<Fault> {
    const { id } = (await this.wire.control('POST', 'faults', { ...options, match, effect })) as { id: string };
    return new Fault(this, id);
  }

  /** Makes them fail in one of the ways that have a name. */
  async preset(name: Preset, match?: Match, options: FaultOptions = {}): Promise<Fault> {
    return this.add({ preset: name }, match, options);
  }

  /** The names that `preset` takes. */
  async presets(): Promise<string[]> {
    const answer = (await this.wire.control('GET', 'faults/presets')) as { presets: { name: string }[] };
    return answer.presets.map((preset) => preset.name);
  }

  /** All faults, with how often each matched and acted. */
  async list(): Promise<HeldFault[]> {
    return ((await this.wire.control('GET', 'faults')) as { faults: HeldFault[] }).faults;
  }

  /** Holds these and no others. */
  async replace(faults: (FaultOptions & { effect: Effect; match?: Match })[]): Promise<void> {
    await this.wire.control('PUT', 'faults', faults);
  }

  /** Ends one. */
  async remove(id: string): Promise<void> {
    await this.wire.control('DELETE', `faults/${encodeURIComponent(id)}`);
  }

  /** Ends all. */
  async clear(): Promise<void> {
    await this.replace([]);
  }
}
