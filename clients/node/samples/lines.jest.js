// A suite of jest, as a project would write it.

const { expect, test } = require('@jest/globals');
const { useLinecard } = require('linecard/jest');

const linecard = useLinecard({ seed: 'docs' });

test.each(['once', 'and once more, from the start'])('a line is deleted %s', async () => {
  expect(await linecard().call('delete_line', { id: 4521 })).toMatchObject({ status: 'STATUS_SUCCESS' });
  expect(await linecard().count({})).toBe(1);
});

test('what is expected is checked in the end', async () => {
  linecard().expect({ action: 'get_lines' }, { times: 1 });
  await linecard().call('get_lines');
});
