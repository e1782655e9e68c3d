// vitest and jest as a project has them: what passes, and what an expectation that is not met does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findBinary } from 'linecard';

const project = fileURLToPath(new URL('..', import.meta.url));
// Within the project, so that `linecard` and the runners are found as anywhere in it.
const folder = mkdtempSync(join(project, 'test', 'project-'));
after(() => rmSync(folder, { recursive: true }));

function run(/** @type {string} */ runner, /** @type {string[]} */ args) {
  const env = { ...process.env, CI: '1', NO_COLOR: '1' };
  const options = { cwd: folder, encoding: /** @type {const} */ ('utf8'), env, timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync(join(project, 'node_modules', '.bin', runner), args, options);
  return { status, said: stdout + stderr };
}

test('the example of the README passes as printed', () => {
  const example = /```js\n(.*?)```/s.exec(readFileSync(join(project, 'README.md'), 'utf8'))?.[1] ?? '';
  writeFileSync(join(folder, 'example.test.mjs'), example);
  const { status, said } = run('vitest', ['run', '--root', folder, 'example']);
  assert.match(said, /Tests +1 passed/);
  assert.equal(status, 0);
});

test('vitest fails the test whose expectation is not met, and no other', () => {
  writeFileSync(
    join(folder, 'expects.test.mjs'),
    `import { linecardTest } from 'linecard/vitest';
     const test = linecardTest();
     test('expects', ({ linecard }) => linecard.expect({ action: 'create_line' }));
     test('another', async ({ linecard }) => { await linecard.call('get_lines'); });`,
  );
  const { status, said } = run('vitest', ['run', '--root', folder, 'expects']);
  assert.match(said, /NotVerified: 0 requests match, at least 1 wanted/);
  assert.match(said, /Tests +1 failed \| 1 passed/);
  assert.equal(status, 1);
});

test('jest fails the test whose expectation is not met, and no other', () => {
  writeFileSync(
    join(folder, 'expects.test.cjs'),
    `const linecard = require('linecard/jest').useLinecard();
     test('expects', () => linecard().expect({ action: 'create_line' }));
     test('another', async () => { await linecard().call('get_lines'); });`,
  );
  const { status, said } = run('jest', ['--rootDir', folder, '--testMatch', '**/expects.test.cjs', '--config', '{}']);
  assert.match(said, /0 requests match, at least 1 wanted/);
  assert.match(said, /Tests: +1 failed, 1 passed/);
  assert.equal(status, 1);
});

test('vitest has a world for each test, side by side', () => {
  writeFileSync(
    join(folder, 'worlds.test.mjs'),
    `import { expect } from 'vitest';
     import { linecardTest } from 'linecard/vitest';
     const test = linecardTest({ seed: 'docs', world: true });
     for (const time of [1, 2, 3]) {
       test.concurrent('alone ' + time, async ({ linecard, linecardServer }) => {
         await linecard.call('get_lines');
         expect(await linecard.count({})).toBe(1);
         expect((await linecardServer.worlds()).map((world) => world.id)).toContain(linecard.worldName);
         expect(await linecardServer.count({})).toBe(0);
       });
     }
     test('expects', ({ linecard }) => linecard.expect({ action: 'create_line' }));
     test('all before are gone', async ({ linecard, linecardServer }) => {
       expect((await linecardServer.worlds()).map((world) => world.id)).toEqual([linecard.worldName]);
     });`,
  );
  const { status, said } = run('vitest', ['run', '--root', folder, 'worlds']);
  assert.match(said, /NotVerified: 0 requests match, at least 1 wanted/);
  assert.match(said, /Tests +1 failed \| 4 passed/);
  assert.equal(status, 1);
});

test('jest has a world for each test', () => {
  writeFileSync(
    join(folder, 'worlds.test.cjs'),
    `const linecard = require('linecard/jest').useLinecard({ seed: 'docs', world: true });
     test.each(['world-1', 'world-2'])('alone in %s', async (name) => {
       await linecard().call('get_lines');
       expect([linecard().worldName, await linecard().count({})]).toEqual([name, 1]);
     });
     test('expects', () => linecard().expect({ action: 'create_line' }));`,
  );
  const { status, said } = run('jest', ['--rootDir', folder, '--testMatch', '**/worlds.test.cjs', '--config', '{}']);
  assert.match(said, /0 requests match, at least 1 wanted/);
  assert.match(said, /Tests: +1 failed, 2 passed/);
  assert.equal(status, 1);
});

const TYPO = `
  test('a typo', async ({ linecard }) => { await linecard.call('get_lin'); });
  test('another', async ({ linecard }) => { await linecard.call('get_lines'); });
  test('on purpose', async ({ linecard }) => {
    await linecard.call('get_lin');
    linecard.failOnUnmatched(false);
  });`;

test('vitest fails the test that makes a typo, and no other', () => {
  writeFileSync(
    join(folder, 'typo.test.mjs'),
    `import { linecardTest } from 'linecard/vitest';
     const test = linecardTest({ seed: 'docs', failOnUnmatched: true });${TYPO}`,
  );
  const { status, said } = run('vitest', ['run', '--root', folder, 'typo']);
  assert.match(said, /NotVerified: 1 suspicious request came/);
  assert.match(said, /there is no get_lin; did you mean get_line\?/);
  assert.match(said, /Tests +1 failed \| 2 passed/);
  assert.equal(status, 1);
});

test('jest fails the test that makes a typo, and no other', () => {
  writeFileSync(
    join(folder, 'typo.test.cjs'),
    `const linecard = require('linecard/jest').useLinecard({ seed: 'docs', failOnUnmatched: true });
     test('a typo', async () => { await linecard().call('get_lin'); });
     test('another', async () => { await linecard().call('get_lines'); });`,
  );
  const { status, said } = run('jest', ['--rootDir', folder, '--testMatch', '**/typo.test.cjs', '--config', '{}']);
  assert.match(said, /1 suspicious request came/);
  assert.match(said, /Tests: +1 failed, 1 passed/);
  assert.equal(status, 1);
});

/** Runs a runner under `linecard run`; answers the exit code, what was said, and the worlds and actions of the journal. */
function underRun(/** @type {string} */ runner, /** @type {string[]} */ args) {
  const journal = join(folder, `${runner}.jsonl`);
  const wrapped = [process.execPath, join(project, 'node_modules', runner, BINS[runner] ?? ''), ...args];
  const command = ['run', '--seed', 'docs', '--fail-on-unmatched', '--journal-out', journal, '--', ...wrapped];
  const env = { ...process.env, CI: '1', NO_COLOR: '1' };
  const ended = spawnSync(findBinary(), command, { cwd: folder, encoding: 'utf8', env, timeout: 60_000 });
  const requests = readFileSync(journal, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const asked = requests.map(({ world, action }) => `${world} ${action}`).sort();
  return { status: ended.status, said: ended.stdout + ended.stderr, unmatched: unmatched(ended.stderr), asked };
}

/** @type {Record<string, string>} */
const BINS = { vitest: 'vitest.mjs', jest: 'bin/jest.js' };

function unmatched(/** @type {string} */ said) {
  return said.split('\n').filter((line) => line.startsWith('linecard: ')).sort();
}

const STORY = 'POST /access/admin/index.php: there is no get_lin; did you mean get_line?';

test('a typo in vitest under linecard run ends it with 3', () => {
  writeFileSync(
    join(folder, 'under.test.mjs'),
    `import { expect } from 'vitest';
     import { linecardTest } from 'linecard/vitest';
     const test = linecardTest({ clock: 'frozen:2026-01-01T00:00:00Z' });
     test('a typo', async ({ linecard, linecardServer }) => {
       await linecard.call('get_lin');
       expect(linecardServer.url).toBe(process.env.LINECARD_URL);
       expect((await linecard.clock.show()).now).toBe('2026-01-01T00:00:00Z');
     });
     test('another', async ({ linecard }) => { await linecard.call('get_lines'); });`,
  );
  const { status, said, unmatched, asked } = underRun('vitest', ['run', '--root', folder, 'under']);
  assert.match(said, /Tests +2 passed/);
  assert.deepEqual([status, unmatched], [3, [`linecard: unmatched in world-1: ${STORY}`]]);
  assert.deepEqual(asked, ['world-1 get_lin', 'world-2 get_lines']);
});

test('a typo in jest under linecard run ends it with 3', () => {
  writeFileSync(
    join(folder, 'under.test.cjs'),
    `const linecard = require('linecard/jest').useLinecard();
     test('a typo', async () => { await linecard().call('get_lin'); });
     test('another', async () => { await linecard().call('get_lines'); });`,
  );
  const args = ['--rootDir', folder, '--testMatch', '**/under.test.cjs', '--config', '{}'];
  const { status, said, unmatched, asked } = underRun('jest', args);
  assert.match(said, /Tests: +2 passed/);
  assert.deepEqual([status, unmatched], [3, [`linecard: unmatched in world-1: ${STORY}`]]);
  assert.deepEqual(asked, ['world-1 get_lin', 'world-2 get_lines']);
});

test('without the hooks of a runner useLinecard says where it belongs', () => {
  const { status, stderr } = spawnSync(process.execPath, ['-e', "require('linecard/jest').useLinecard()"], {
    cwd: project,
    encoding: 'utf8',
  });
  assert.match(stderr, /there is no beforeAll: call useLinecard in a test file of jest, with its globals/);
  assert.equal(status, 1);
});
