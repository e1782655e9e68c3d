/** For jest, and runners with the same four hooks: a panel for a file, as it was at the start for each test. */

import { type FixtureOptions, Panel } from './panel.js';

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
 * Starts a panel before the tests of the file, resets it before each, checks after each what it
 * expected, and stops it in the end. With `world` each test has one of its own. The function that comes back gives the panel within a test.
 */
export function useLinecard({ world = false, ...options }: FixtureOptions = { seed: 'docs' }): () => Panel {
  const { beforeAll, beforeEach, afterEach, afterAll } = hooks();
  let server: Panel | undefined;
  let given: Panel | undefined;
  const there = (panel: Panel | undefined): Panel => {
    if (panel === undefined) throw new Error('the panel is there within tests and hooks, not before them');
    return panel;
  };
  beforeAll(async () => {
    server = given = await Panel.start(options);
  });
  beforeEach(async () => {
    if (world) given = await there(server).world();
    else await there(server).reset();
  });
  afterEach(async () => {
    try {
      await there(given).check();
    } finally {
      if (world) await given?.close();
    }
  });
  afterAll(async () => {
    await server?.close();
    server = given = undefined;
  });
  return () => there(given);
}
