/** Faults: requests that fail because a test says so. */

import type {
  Effect,
  Fault as Rule,
  FaultState,
  GetFaultsAnswer,
  GetFaultsPresetsAnswer,
  Match,
  PostFaultsAnswer,
  PresetName,
} from './control.js';
import type { Wire } from './wire.js';

/** When a fault acts, and what it is called. */
export type FaultOptions = Omit<Rule, 'match' | 'effect'>;

/** A fault as the server holds it. */
export type HeldFault = FaultState;

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
    const { id } = (await this.wire.control('POST', 'faults', { ...options, match, effect })) as PostFaultsAnswer;
    return new Fault(this, id);
  }

  /** Makes them fail in one of the ways that have a name. */
  async preset(name: PresetName, match?: Match, options: FaultOptions = {}): Promise<Fault> {
    return this.add({ preset: name }, match, options);
  }

  /** The names that `preset` takes. */
  async presets(): Promise<string[]> {
    const answer = (await this.wire.control('GET', 'faults/presets')) as GetFaultsPresetsAnswer;
    return answer.presets.map((preset) => preset.name);
  }

  /** All faults, with how often each matched and acted. */
  async list(): Promise<readonly HeldFault[]> {
    return ((await this.wire.control('GET', 'faults')) as GetFaultsAnswer).faults;
  }

  /** Holds these and no others. */
  async replace(faults: readonly Rule[]): Promise<void> {
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
