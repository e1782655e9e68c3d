/** For jest, and runners with the same four hooks: a panel for a file, as it was at the start for each test. */

import { FixtureServer } from './fixture.js';
import type { FixtureOptions, Panel } from './panel.js';

type Hook = (run: () => Promise<void>) => void;

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'] as const;

function hooks(): Record<(typeof HOOKS)[number], Hook> {
  const found = globalThis as unknown as Record<(typeof HOOKS)[number], Hook | undefined>;
  const missing = HOOKS.find((name) => found[name] === undefined);
  if (missing !== undefined) {
    throw new Error(`there is no ${missing}: call useLinecard in a test file of jest, with its globals`);
  }
  return found as Record<(typeof HOOKS)[number], Hook>;
}

/**
 * Starts a panel before the tests of the file, resets it before each, checks after each what it expected, and stops it in the
 * end. With `world`, and under `linecard run`, each test has one of its own. The function that comes back gives the panel
 * within a test.
 */
export function useLinecard(options?: FixtureOptions): () => Panel {
  const { beforeAll, beforeEach, afterEach, afterAll } = hooks();
  let server: FixtureServer | undefined;
  let given: Panel | undefined;
  const there = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('the panel is there within tests and hooks, not before them');
    return one;
  };
  beforeAll(async () => {
    server = await FixtureServer.begin(options);
    given = server.panel;
  });
  beforeEach(async () => {
    given = await there(server).given();
  });
  afterEach(async () => {
    // It does not say whether the test passed; one that did not has failed by itself.
    await there(server).end(there(given), true);
  });
  afterAll(async () => {
    await server?.close();
    server = given = undefined;
  });
  return () => there(given);
}
