// Where the program is found, and the package that carries it.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findBinary } from 'linecard';

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

/** Runs the package's command as it is installed in that project. */
function command(/** @type {Record<string, string>} */ env, /** @type {string[]} */ args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, 'dist', 'command.js'), ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('the command is the program and never itself', () => {
  rmSync(join(folder, 'node_modules', '@linecard'), { recursive: true, force: true });
  const bin = join(folder, 'node_modules', '.bin');
  mkdirSync(bin);
  chmodSync(join(installed, 'dist', 'command.js'), 0o755);
  symlinkSync(join(installed, 'dist', 'command.js'), join(bin, 'linecard'));
  const alone = command({ PATH: bin }, ['--version']);
  assert.deepEqual([alone.status, alone.stdout], [2, '']);
  assert.match(alone.stderr, /^linecard: there is no linecard to start: set LINECARD_BIN to the program, or/);
  const pip = join(folder, 'pip');
  mkdirSync(pip);
  writeFileSync(join(pip, 'linecard'), '#!/usr/bin/python3\nfrom linecard.__main__ import main\n', { mode: 0o755 });
  assert.equal(command({ PATH: `${bin}:${pip}` }, []).status, 2);
  const real = findBinary();
  const ended = command({ PATH: bin, LINECARD_BIN: real }, ['--version']);
  assert.deepEqual(ended, { status: 0, stdout: 'linecard 0.1.0\n', stderr: '' });
  assert.equal(command({ PATH: bin, LINECARD_BIN: real }, ['no-such-command']).status, 2);
  writeFileSync(join(folder, 'killed'), '#!/bin/sh\nkill -TERM $$\n', { mode: 0o755 });
  assert.equal(command({ PATH: '/bin:/usr/bin', LINECARD_BIN: join(folder, 'killed') }, []).status, 143);
});

test('the package for each platform is an optional dependency of the same version', () => {
  const { version, optionalDependencies, bin, scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];
  assert.deepEqual(optionalDependencies, Object.fromEntries(platforms.map((one) => [`@linecard/${one}`, version])));
  assert.deepEqual([bin, scripts.prepare], [{ linecard: 'dist/command.js' }, 'node prepare.mjs']);
});

test('a folder is installed as it is, with its command', () => {
  const app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"name":"app","version":"1.0.0"}');
  // What is not there is built: the folder is the project without what was built.
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of ['src', 'package.json', 'package-lock.json', 'prepare.mjs', 'tsconfig.json', 'README.md']) {
    cpSync(join(project, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  const npm = ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', '../copy'];
  execFileSync('npm', npm, { cwd: app, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
  const env = { ...process.env, LINECARD_BIN: findBinary() };
  const out = execFileSync('npx', ['--offline', 'linecard', '--version'], { cwd: app, env, encoding: 'utf8', timeout: 60_000 });
  assert.equal(out, 'linecard 0.1.0\n');
});
