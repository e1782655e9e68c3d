/** Where the program is: named by the environment, carried by a package of this platform, or on the PATH. */

import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAME = process.platform === 'win32' ? 'linecard.exe' : 'linecard';

/** There is no `linecard` to start; the message says how to get one. */
export class BinaryNotFound extends Error {
  override readonly name = 'BinaryNotFound';
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What the commands `linecard` of the packages for Python and Node have in their first lines. */
const LAUNCHERS = ['linecard.__main__', 'linecard/command'];

/** Whether this is no program, but a package's command, which looks for the program itself. */
function isLauncher(path: string): boolean {
  const start = Buffer.alloc(1024);
  const file = openSync(path, 'r');
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  const text = start.toString('latin1');
  return text.startsWith('#!') && LAUNCHERS.some((name) => text.includes(name));
}

/** The program in the optional package `@linecard/<platform>-<architecture>`, if that is installed. */
function carried(): string | undefined {
  try {
    return require.resolve(`@linecard/${process.platform}-${process.arch}/bin/${NAME}`);
  } catch {
    return undefined;
  }
}

/** Finds the program: `LINECARD_BIN`, then this platform's package, then the PATH. */
export function findBinary(): string {
  const named = process.env['LINECARD_BIN'];
  if (named) {
    if (runs(named)) return named;
    throw new BinaryNotFound(`LINECARD_BIN names ${named}, which is no program; correct it or unset it`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = carried() ?? folders.map((folder) => join(folder, NAME)).find((path) => runs(path) && !isLauncher(path));
  if (found !== undefined) return found;
  throw new BinaryNotFound(
    'there is no linecard to start: set LINECARD_BIN to the program, or put it on the PATH ' +
      '(cargo install --path . in a checkout of Linecard)',
  );
}
