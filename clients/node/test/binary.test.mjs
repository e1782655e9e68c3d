// Where the program is found, and the package that carries it.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linecard-'));
after(() => rmSync(folder, { recursive: true }));

// A project that has the package installed as npm would.
const installed = join(folder, 'node_modules', 'linecard');
cpSync(join(project, 'dist'), join(installed, 'dist'), { recursive: true });
cpSync(join(project, 'package.json'), join(installed, 'package.json'));

/** What findBinary gives or says in that project. */
function found(/** @type {Record<string, string>} */ env) {
  const code = "try { console.log(require('linecard').findBinary()) } catch (e) { console.log(`${e.name}: ${e.message}`) }";
  return execFileSync(process.execPath, ['-e', code], { cwd: folder, env, encoding: 'utf8' }).trim();
}

test('it is found by name, in the package, on the PATH, or the error says how', () => {
  assert.match(found({ PATH: '' }), /^BinaryNotFound: there is no linecard to start: set LINECARD_BIN to the program, or/);
  assert.match(found({ LINECARD_BIN: folder }), /^BinaryNotFound: LINECARD_BIN names .*; correct it or unset it$/);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'linecard'), '#!/bin/sh\n', { mode: 0o755 });
  assert.equal(found({ PATH: `/nowhere:${bin}` }), join(bin, 'linecard'));

  const carrier = join(folder, 'node_modules', '@linecard', `${process.platform}-${process.arch}`);
  execFileSync(process.execPath, [join(project, 'platform-package.mjs'), join(bin, 'linecard'), carrier]);
  const manifest = JSON.parse(readFileSync(join(carrier, 'package.json'), 'utf8'));
  assert.deepEqual([manifest.os, manifest.cpu], [[process.platform], [process.arch]]);
  assert.equal(found({ PATH: bin }), join(carrier, 'bin', 'linecard'));
  assert.equal(found({ PATH: bin, LINECARD_BIN: process.execPath }), process.execPath);
});

test('a package of no platform is not made', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(project, 'platform-package.mjs'), 'a'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /^usage: node platform-package\.mjs PROGRAM FOLDER/);
});
