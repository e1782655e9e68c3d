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
  const { status, said } = run('jest', ['--rootDir', folder, '--testMatch', '**/*.test.cjs', '--config', '{}']);
  assert.match(said, /0 requests match, at least 1 wanted/);
  assert.match(said, /Tests: +1 failed, 1 passed/);
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
