// Makes the package that carries the program of one platform, to be an optional dependency of `linecard`:
//
//     node platform-package.mjs PROGRAM FOLDER [PLATFORM-ARCHITECTURE]
//
// npm installs such a package only where its `os` and `cpu` are right; src/binary.ts looks into it.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [program, folder, platform = `${process.platform}-${process.arch}`] = process.argv.slice(2);
const [os, cpu, ...more] = platform.split('-');
if (program === undefined || folder === undefined || !os || !cpu || more.length > 0) {
  console.error('usage: node platform-package.mjs PROGRAM FOLDER [PLATFORM-ARCHITECTURE], such as linux-x64');
  process.exit(2);
}
const { version, license } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const carried = join(folder, 'bin', os === 'win32' ? 'linecard.exe' : 'linecard');
mkdirSync(join(folder, 'bin'), { recursive: true });
copyFileSync(program, carried);
chmodSync(carried, 0o755);
const description = `The program linecard for ${platform}`;
const manifest = { name: `@linecard/${platform}`, version, description, license, os: [os], cpu: [cpu], files: ['bin'] };
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
