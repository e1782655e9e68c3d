/** What the fixtures of all runners do alike: a server for a file, and a panel for each of its tests. */

import { type FixtureOptions, Panel } from './panel.js';
import type { WorldOptions } from './world.js';

/** The server of a file's tests. */
export class FixtureServer {
  private constructor(
    readonly panel: Panel,
    private readonly options: FixtureOptions,
    /** Whether other files use the server too. */
    private readonly shared: boolean,
  ) {}

  /** Starts a server, or uses the one of `linecard run`, which all files share; that one has its own seed by default. */
  static async begin(options: FixtureOptions = {}): Promise<FixtureServer> {
    if (process.env['LINECARD_CONTROL_URL']) return new FixtureServer(await Panel.attach(), options, true);
    const panel = await Panel.start(Object.keys(options).length > 0 ? options : { seed: 'docs' });
    return new FixtureServer(panel, options, false);
  }

  /** Gives a test its panel: a world, or the server's own, reset. */
  async given(): Promise<Panel> {
    const { world = false, failOnUnmatched = false } = this.options;
    let panel = this.panel;
    if (this.shared) panel = await this.world();
    else if (world) panel = await this.panel.world();
    else await this.panel.reset();
    panel.failOnUnmatched(failOnUnmatched);
    return panel;
  }

  /** Ends a test that passed: checks what it expected. */
  async end(panel: Panel, passed: boolean): Promise<void> {
    try {
      if (passed) await panel.check();
    } finally {
      if (panel !== this.panel) await panel.close();
    }
  }

  /** Stops the server, if it is the file's own. */
  async close(): Promise<void> {
    await this.panel.close();
  }

  /** A world of the server that all files share, as a server of the file's own would begin. */
  private async world(): Promise<Panel> {
    const { seed, clock, rngSeed, strict } = this.options;
    const options: WorldOptions = {};
    if (seed !== undefined) options.seed = seed;
    if (clock !== undefined) options.clock = clock;
    if (rngSeed !== undefined) options.rngSeed = rngSeed;
    const panel = await this.panel.world(options);
    if (strict !== undefined) await panel.strictness(strict === true ? 'error' : strict || 'off');
    return panel;
  }
}
