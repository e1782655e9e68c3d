/** A fixture for vitest: `linecard`, a panel as it was at the start, for each test. */

import { type TestAPI, test as base } from 'vitest';
import { type FixtureOptions, Panel } from './index.mjs';

/** What the fixture gives. */
export interface LinecardFixtures {
  /** The panel of the file, reset before each test, or a world of it; what a test expected is checked after it. */
  linecard: Panel;
  /** The same panel as it is. */
  linecardServer: Panel;
}

/** A `test` whose functions get a panel. The server is started once a file, so files can run side by side. */
export function linecardTest({ world = false, ...options }: FixtureOptions = { seed: 'docs' }): TestAPI<LinecardFixtures> {
  return base.extend<LinecardFixtures>({
    linecardServer: [
      async ({}, use) => {
        const panel = await Panel.start(options);
        await use(panel);
        await panel.close();
      },
      { scope: 'file' },
    ],
    linecard: async ({ linecardServer }, use) => {
      if (world) {
        await (await linecardServer.world()).during(use);
        return;
      }
      await linecardServer.reset();
      await use(linecardServer);
      await linecardServer.check();
    },
  }) as TestAPI<LinecardFixtures>;
}
