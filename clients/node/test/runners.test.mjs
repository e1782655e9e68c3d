// vitest and jest as a project has them: what passes, and what an expectation that is not met does.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

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

test('without the hooks of a runner useLinecard says where it belongs', () => {
  const { status, stderr } = spawnSync(process.execPath, ['-e', "require('linecard/jest').useLinecard()"], {
    cwd: project,
    encoding: 'utf8',
  });
  assert.match(stderr, /there is no beforeAll: call useLinecard in a test file of jest, with its globals/);
  assert.equal(status, 1);
});
