// A suite of vitest, as a project would write it.

import { expect } from 'vitest';
import { linecardTest } from 'linecard/vitest';

const test = linecardTest({ seed: 'docs', clock: 'frozen:2026-06-01T00:00:00Z' });

for (const time of ['once', 'and once more, from the start']) {
  test(`a line is deleted ${time}`, async ({ linecard }) => {
    expect(await linecard.call('delete_line', { id: 4521 })).toMatchObject({ status: 'STATUS_SUCCESS' });
    expect(await linecard.count({})).toBe(1);
  });
}

test('a line expires when its day has come', async ({ linecard }) => {
  const { fired } = await linecard.clock.advance({ to: '2027-01-01T00:00:00Z' });
  expect(fired.map((one) => one.id)).toContain(4521);
});

test('what is expected is checked in the end', async ({ linecard }) => {
  linecard.expect({ action: 'get_lines' }, { times: 1 });
  await linecard.call('get_lines');
});
