#!/usr/bin/env node
// linecard/command: the command `linecard` runs the program of this platform's package, or the one on the PATH.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { BinaryNotFound, findBinary } from './binary.js';

/** The signals that are passed on; the terminal sends its own to both. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

function fail(words: string): void {
  console.error(`linecard: ${words}`);
  process.exitCode = 2;
}

function run(program: string): void {
  const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => fail(`${program} cannot be run: ${error.message}`));
  child.once('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
}

try {
  run(findBinary());
} catch (error) {
  if (!(error instanceof BinaryNotFound)) throw error;
  fail(error.message);
}
