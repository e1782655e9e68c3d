/** Worlds: what one begins with, what the server tells of it, and what ends it. */

import type { ClockMode, SentSeeds, World as WorldInfo } from './control.js';
import { LinecardError, type Wire } from './wire.js';

/** How a world begins; what is left out is as the server began. */
export interface WorldOptions {
  name?: string;
  /** A built-in seed, a document, or a list of these. */
  seed?: SentSeeds;
  /** The name of a snapshot, instead of a seed. */
  snapshot?: string;
  /** `real`, `frozen:2026-01-01T00:00:00Z`, or how `PUT clock` has it. */
  clock?: string | ClockMode;
  rngSeed?: number;
}

/** A world as the server tells of it. */
export type { WorldInfo };

/** A world that whoever made it ends. */
export class World {
  private constructor(
    private readonly server: Wire,
    readonly info: WorldInfo,
  ) {}

  static async make(server: Wire, { rngSeed, ...rest }: WorldOptions): Promise<World> {
    const made = await server.control('POST', 'worlds', { ...rest, rng_seed: rngSeed });
    return new World(server, made as WorldInfo);
  }

  /** Ends it, unless it is gone already, with its server perhaps. */
  async stop(): Promise<void> {
    try {
      await this.server.control('DELETE', `worlds/${this.info.id}`);
    } catch (error) {
      if (!(error instanceof LinecardError) || ![0, 404].includes(error.status)) throw error;
    }
  }
}
