/** The same for `import`: one module, so that an error of one is an error of the other. */

export * from './index.js';
