// What every client does alike: clients/conformance.json.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Panel } from 'linecard';

const { cases } = JSON.parse(readFileSync(new URL('../../conformance.json', import.meta.url), 'utf8'));

/**
 * Where an answer does not hold what is wanted.
 * @returns {string[]}
 */
function differences(/** @type {any} */ wanted, /** @type {any} */ got, place = 'answer') {
  const together = typeof wanted === 'object' && typeof got === 'object' && wanted !== null && got !== null;
  if (!together || Array.isArray(wanted) !== Array.isArray(got)) {
    return Object.is(wanted, got) ? [] : [`${place}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`];
  }
  if (Array.isArray(wanted) && wanted.length !== got.length) {
    return [`${place}: wanted ${wanted.length}, got ${JSON.stringify(got)}`];
  }
  return Object.entries(wanted).flatMap(([name, one]) => differences(one, got[name], `${place}.${name}`));
}

/** @type {Panel} */
let panel;
before(async () => {
  panel = await Panel.start({ seed: 'docs' });
});
after(() => panel.close());

for (const { name, steps } of cases) {
  test(name, async () => {
    await panel.reset();
    /** @type {unknown} */
    let saved;
    for (const step of steps) {
      const path = step.call.split('.');
      const method = path.pop().replace(/_(.)/g, (/** @type {string} */ _, /** @type {string} */ letter) => letter.toUpperCase());
      /** @type {any} */
      let target = panel;
      for (const part of path) target = part === 'saved' ? saved : target[part];
      const args = [...(step.args ?? []), ...(step.named === undefined ? [] : [step.named])];
      const words = JSON.stringify(step);
      if (step.fails !== undefined) {
        await assert.rejects(
          async () => target[method](...args),
          (/** @type {any} */ error) => {
            assert.deepEqual(differences(step.fails, { status: error.status, ...error.problem }), [], words);
            return true;
          },
          words,
        );
        continue;
      }
      const answer = await target[method](...args);
      if (step.expect !== undefined) assert.deepEqual(differences(step.expect, answer), [], words);
      if (step.save) saved = answer;
    }
  });
}
