/** For jest, and runners with the same four hooks: a panel for a file, as it was at the start for each test. */

import { Panel, type StartOptions } from './panel.js';

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
 * expected, and stops it in the end. The function that comes back gives the panel within a test.
 */
export function useLinecard(options: StartOptions = { seed: 'docs' }): () => Panel {
  const { beforeAll, beforeEach, afterEach, afterAll } = hooks();
  let started: Panel | undefined;
  const panel = (): Panel => {
    if (started === undefined) throw new Error('the panel is there within tests and hooks, not before them');
    return started;
  };
  beforeAll(async () => {
    started = await Panel.start(options);
  });
  beforeEach(async () => {
    await panel().reset();
  });
  afterEach(async () => {
    await panel().check();
  });
  afterAll(async () => {
    await started?.close();
    started = undefined;
  });
  return panel;
}
