// Builds `dist` before the package is packed or installed from its folder. `npm install FOLDER` runs this and installs
// nothing for it, so the tools are installed here where they are missing.

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
// What the outer npm was asked for is not meant for the inner one.
const outer = /^npm_config_(global|location|omit|include|dry_run|save|workspaces?|package_lock_only)$/i;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));

function compiler() {
  try {
    const require = createRequire(import.meta.url);
    require.resolve('@types/node/package.json');
    require.resolve('vitest/package.json');
    return require.resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}

if (compiler() === undefined) {
  // Not `npm ci`: the lock file cannot have the platforms' packages before they are published.
  const command = 'npm install --include=dev --ignore-scripts --no-audit --no-fund';
  execFileSync(command, { cwd: folder, env, shell: true, stdio: 'inherit' });
}
execFileSync(process.execPath, [compiler(), '--project', folder], { cwd: folder, stdio: 'inherit' });
