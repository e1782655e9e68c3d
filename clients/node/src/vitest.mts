/** A fixture for vitest: `linecard`, a panel as it was at the start, for each test. */

import { type TestAPI, test as base } from 'vitest';
import { FixtureServer } from './fixture.js';
import type { FixtureOptions, Panel } from './index.mjs';

/** What the fixture gives. */
export interface LinecardFixtures {
  /** The panel of the file, reset before each test, or a world of it; what a test expected is checked after it. */
  linecard: Panel;
  /** The same panel as it is. */
  linecardServer: Panel;
}

/**
 * A `test` whose functions get a panel. The server is started once a file, so files can run side by side; under `linecard run`
 * it is the one that runs, and each test has a world of it.
 */
export function linecardTest(options?: FixtureOptions): TestAPI<LinecardFixtures> {
  let server: FixtureServer | undefined;
  return base.extend<LinecardFixtures>({
    linecardServer: [
      async ({}, use) => {
        server = await FixtureServer.begin(options);
        await use(server.panel);
        await server.close();
      },
      { scope: 'file' },
    ],
    linecard: async ({ linecardServer }, use) => {
      if (server === undefined) throw new Error(`there is no server of ${linecardServer.url}`);
      const panel = await server.given();
      let passed = false;
      try {
        await use(panel);
        passed = true;
      } finally {
        await server.end(panel, passed);
      }
    },
  }) as TestAPI<LinecardFixtures>;
}
