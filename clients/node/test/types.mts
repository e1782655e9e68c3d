// What does not compile, and what does: `npm run check` compiles this file, and complains of an error that is expected and does
// not come. Nothing runs it.

import { LinecardError, type Panel } from 'linecard';

export async function refused(panel: Panel): Promise<void> {
  // @ts-expect-error: there is no such member
  await panel.faults.add({ statuss: 503 });
  // @ts-expect-error: a status is a number
  await panel.faults.add({ status: '503' });
  // @ts-expect-error: there is no such preset
  await panel.faults.add({ preset: 'nope' });
  // @ts-expect-error: there is no such end
  await panel.faults.add({ abort: 'crash' });
  // @ts-expect-error: there is no such preset
  await panel.faults.preset('nope');
  // @ts-expect-error: there is no such member
  await panel.faults.preset('empty_body', { actoin: 'get_line' });
  // @ts-expect-error: there is no such member
  await panel.faults.preset('empty_body', {}, { when: { time: 1 } });
  // @ts-expect-error: there is no such moment
  await panel.faults.preset('empty_body', {}, { at: 'during' });
  // @ts-expect-error: an effect is missing
  await panel.faults.replace([{ id: 'a' }]);
  // @ts-expect-error: there is no such member
  await panel.count({ actoin: 'get_line' });
  // @ts-expect-error: there is no such bound
  await panel.verify({ action: 'get_line' }, { times: { exact: 1 } });
  // @ts-expect-error: there is no such part
  await panel.reset(['everything']);
  // @ts-expect-error: a reset cannot match by name
  await panel.reset({ match: { name: 'ci-*' } });
  // @ts-expect-error: there is no such level
  await panel.strictness('strict');
  // @ts-expect-error: an instant is no number of milliseconds
  await panel.clock.freeze(7);
}

export async function accepted(panel: Panel): Promise<number> {
  await panel.faults.add({ status: 503, delay: { uniform: ['50ms', '900ms'] } }, { action: 'get_*', form: { id: 1 } });
  await panel.faults.replace([{ effect: { truncate: { fraction: 0.5 } }, when: { skip: 1 }, at: 'after' }]);
  await panel.verify({ user: null }, { times: { at_most: 2 } });
  await panel.reset(['state'], { seed: ['docs', { lines: [{ line: 'anna' }] }] });
  await panel.reset({ seed: 'small' });
  await panel.clock.advance({ to: new Date() });
  await panel.clock.offset(-60_000);
  return new LinecardError({ detail: 'words' }).status;
}
