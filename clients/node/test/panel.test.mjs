// What is Node's own: starting, stopping, failing with a story.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { LinecardError, NotStarted, NotVerified, PRESETS, Panel, findBinary } from 'linecard';

const folder = mkdtempSync(join(tmpdir(), 'linecard-'));
/** @type {Panel} */
let panel;
before(async () => {
  panel = await Panel.start({ seed: 'docs' });
});
after(async () => {
  await panel.close();
  rmSync(folder, { recursive: true });
});

/** Whether anybody listens there. */
async function answers(/** @type {Panel} */ { host, port }) {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function program(/** @type {string} */ words) {
  const path = join(folder, `program-${Math.random()}`);
  writeFileSync(path, `#!/bin/sh\n${words}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a panel says where it is and what opens it', async () => {
  const options = { seed: 'docs', clock: 'frozen:2026-01-01T00:00:00Z', rngSeed: 7, strict: true };
  const stopped = await Panel.use(options, async (one) => {
    assert.equal(one.url, `http://${one.host}:${one.port}`);
    assert.equal(one.controlUrl, `${one.url}/_linecard/`);
    assert.deepEqual([one.accessCode, one.apiKey], ['access', 'YOUR_KEY']);
    assert.deepEqual([one.user, one.password], ['customer4521', 'securepass']);
    assert.equal((await one.clock.show()).now, '2026-01-01T00:00:00Z');
    assert.equal((await one.info()).strict, true);
    assert.equal(await answers(one), true);
    return one;
  });
  assert.equal(await answers(stopped), false);
  await stopped.close();
  await assert.rejects(stopped.info(), /GET \/_linecard\/info on .* was not answered \(.*ECONNREFUSED/);
});

test('two panels share nothing', async () => {
  await panel.reset();
  await Panel.use({ seed: 'docs' }, async (other) => {
    await other.call('delete_line', { id: 4521 });
    assert.equal((await other.call('get_line', { id: 4521 })).status, 'STATUS_FAILURE');
    assert.equal((await panel.call('get_line', { id: 4521 })).status, 'STATUS_SUCCESS');
  });
});

for (const [words, end] of /** @type {const} */ ([
  ['that ends, which a running panel does not hinder', (/** @type {any} */ starter) => starter.stdin.end()],
  ['that is killed', (/** @type {any} */ starter) => starter.kill('SIGKILL')],
])) {
  test(`a server ends with a process ${words}`, async () => {
    const code = `require('linecard').Panel.start().then((panel) => {
      console.log(panel.url);
      process.stdin.resume();
    })`;
    const starter = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [url] = await once(starter.stdout.setEncoding('utf8'), 'data');
    const other = await Panel.attach(new URL('/_linecard/', url.trim()).href);
    // A request that a fault holds is let go when the server ends.
    await other.faults.add({ abort: 'hang' });
    const held = assert.rejects(other.call('get_lines'), /was not answered \((socket hang up|.*ECONNRESET)/);
    await other.verify({ action: 'get_lines' }, { within: '10s' });
    end(starter);
    await held;
  });
}

test('what the server refuses is told as it says it', async () => {
  await assert.rejects(Panel.start({ seed: 'doc' }), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.ok(error.message.startsWith("linecard: invalid value 'doc' for '--seed <SEED>': a seed is docs, "));
    return true;
  });
});

test('a program that is no linecard is named', async () => {
  const refused = (/** @type {string} */ binary, /** @type {RegExp} */ message, timeout = 10_000) =>
    assert.rejects(Panel.start({ binary, timeout }), { name: 'NotStarted', message });
  await refused(join(folder, 'nothing'), /nothing cannot be run: .*ENOENT/);
  await refused(program('echo hello'), /is no linecard: it began with "hello/);
  await refused(program('exec sleep 60'), /was not ready within 200 ms/, 200);
  await refused(program('exit 3'), /ended before it was ready/);
});

test('a panel that runs is attached to', async (t) => {
  const before = process.env['LINECARD_CONTROL_URL'];
  t.after(() => {
    if (before !== undefined) process.env['LINECARD_CONTROL_URL'] = before;
  });
  delete process.env['LINECARD_CONTROL_URL'];
  await assert.rejects(Panel.attach(), /start the tests with `linecard run -- npm test`/);
  await assert.rejects(Panel.attach('localhost:1'), /"localhost:1" is no URL of a panel/);
  await assert.rejects(Panel.attach('nowhere'), /"nowhere" is no URL of a panel/);
  const code = "require('linecard').Panel.attach().then((panel) => console.log(panel.apiKey))";
  const command = ['run', '--seed', 'docs', '--control', '--', process.execPath, '-e', code];
  const { stdout } = await promisify(execFile)(findBinary(), command, { timeout: 30_000 });
  assert.equal(stdout, 'YOUR_KEY\n');
  const other = await Panel.attach(panel.controlUrl);
  await other.close();
  assert.equal(await answers(panel), true);
  assert.throws(() => other.log(), /the log is with whoever started the server/);
});

test('a token opens the control plane', async () => {
  const args = ['test', '--seed', 'docs', '--control-token', 's3cret', '--ready-format', 'json'];
  const server = spawn(findBinary(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [ready] = await once(server.stdout.setEncoding('utf8'), 'data');
  const { control } = JSON.parse(ready);
  await assert.rejects(Panel.attach(control), { name: 'LinecardError', status: 401 });
  const other = await Panel.attach(control, 's3cret');
  assert.equal((await other.reset()).lines, 2);
  server.kill();
  // Whoever starts the server is told by it.
  await Panel.use({ seed: 'docs', args: ['--control-token', 's3cret'] }, async (one) => {
    assert.equal((await (await one.world()).reset()).lines, 2);
  });
});

test('a world has its own port and draws', async () => {
  await panel.reset();
  const one = await panel.world({ seed: 'docs', rngSeed: 7 });
  const other = await panel.world({ seed: 'docs', rngSeed: 7 });
  assert.equal(new Set([panel.port, one.port, other.port]).size, 3);
  assert.deepEqual([one.url, one.controlUrl], [`http://${one.host}:${one.port}`, `${one.url}/_linecard/`]);
  assert.equal(await answers(one), true);
  const draw = async (/** @type {Panel} */ of) => (await of.call('create_line', { exp_date: '2027-01-01' })).data.password;
  assert.equal(await draw(one), await draw(other));
  assert.equal(await (await Panel.attach(panel.controlUrl, undefined, one.worldName)).count({}), 1);
  assert.deepEqual([await panel.count({}), panel.worldName], [0, 'main']);
  assert.throws(() => one.log(), /the log is with whoever started the server/);
  await one.close();
  assert.equal(await answers(one), false);
  assert.deepEqual((await panel.worlds()).map((world) => world.id), [other.worldName]);
  await other.close();
});

test('the panel is found where the control plane has a socket of its own', async () => {
  await Panel.use({ seed: 'docs', args: ['--control-bind', '127.0.0.1:0'] }, async (one) => {
    assert.notEqual(one.controlUrl, `${one.url}/_linecard/`);
    assert.equal(one.url, `http://${one.host}:${one.port}`);
    const world = await one.world({ seed: 'docs' });
    assert.equal((await world.call('delete_line', { id: 4521 })).status, 'STATUS_SUCCESS');
    const named = await Panel.attach(one.controlUrl, undefined, world.worldName);
    for (const [panel, status] of /** @type {const} */ ([
      [named, 'STATUS_FAILURE'],
      [await Panel.attach(one.controlUrl), 'STATUS_SUCCESS'],
    ])) {
      assert.equal((await panel.call('get_line', { id: 4521 })).status, status);
      assert.equal(panel.url, `http://${panel.host}:${panel.port}`);
    }
    assert.deepEqual([await one.count({}), await world.count({})], [1, 2]);
    await world.close();
  });
});

test('a panel with TLS is asked where its authority is trusted', async () => {
  const said = process.env['LINECARD_TLS_CA'];
  delete process.env['LINECARD_TLS_CA'];
  const tlsCa = join(folder, 'authority.pem');
  const args = ['--tls', 'self-signed', '--tls-ca-out', tlsCa, '--control-bind', '127.0.0.1:0'];
  const refusal =
    /^the certificate of 127\.0\.0\.1:\d+ is not trusted \(.+\): name the file of its authority with tlsCa or LINECARD_TLS_CA$/;
  try {
    await Panel.use({ seed: 'docs', args, tlsCa }, async (started) => {
      assert.equal(started.url, `https://${started.host}:${started.port}`);
      assert.equal((await started.call('get_line', { id: 4521 })).status, 'STATUS_SUCCESS');
      const world = await started.world();
      assert.equal((await world.call('get_line', { id: 4521 })).status, 'STATUS_SUCCESS');
      assert.deepEqual([await world.count({}), await started.count({})], [1, 1]);
      await world.close();
      const url = started.controlUrl;
      await assert.rejects(Panel.attach(url), { name: 'LinecardError', message: refusal });
      writeFileSync(join(folder, 'empty.pem'), '');
      for (const [name, why] of /** @type {const} */ ([
        ['empty.pem', 'no certificate is in it'],
        ['missing.pem', 'ENOENT'],
      ])) {
        const unusable = Panel.attach(url, undefined, undefined, join(folder, name));
        const message = new RegExp(`${name} holds no authorities to trust \\(${why}.*\\): name`);
        await assert.rejects(unusable, { name: 'LinecardError', message });
      }
      process.env['LINECARD_TLS_CA'] = tlsCa;
      const attached = await Panel.attach(url);
      assert.equal((await attached.call('get_line', { id: 4521 })).status, 'STATUS_SUCCESS');
      assert.equal(await attached.count({ action: 'get_line' }), 2);
      delete process.env['LINECARD_TLS_CA'];
    });
    const untold = Panel.start({ seed: 'docs', args: args.slice(0, 2) });
    await assert.rejects(untold, { name: 'LinecardError', message: refusal });
  } finally {
    if (said !== undefined) process.env['LINECARD_TLS_CA'] = said;
  }
});

test('a state is put back as it was', async () => {
  await panel.reset();
  await panel.call('create_transcode_profile', { profile_name: 'empty' });
  const before = await panel.state.get();
  assert.equal((await panel.call('delete_line', { id: 4521 })).status, 'STATUS_SUCCESS');
  assert.notDeepEqual(await panel.state.get(), before);
  assert.equal((await panel.state.put(before)).lines, 2);
  assert.deepEqual(await panel.state.get(), before);
});

test('what was expected of a world is checked when its block ends', async () => {
  const world = await panel.world();
  await assert.rejects(world.during((one) => one.expect({ action: 'create_line' })), NotVerified);
  assert.deepEqual(await panel.worlds(), []);
});

test('a world ends with its server', async () => {
  const one = await Panel.start({ seed: 'docs' });
  const world = await one.world();
  await one.close();
  await world.close();
  assert.equal(await answers(world), false);
});

test('the metrics are what Prometheus reads', async () => {
  const before = await panel.metrics();
  assert.match(before, /^# HELP linecard_/);
  await panel.call('get_lines');
  assert.notEqual(await panel.metrics(), before);
});

test('a request that did not come is a story', async () => {
  await panel.reset();
  await panel.call('get_line', { id: 4521 });
  const [entry] = await panel.requests();
  await assert.rejects(panel.verify({ action: 'get_lines' }, { times: 1 }), (error) => {
    assert.ok(error instanceof NotVerified && error instanceof assert.AssertionError);
    assert.equal(
      error.message,
      '0 requests match, exactly 1 wanted\n' +
        `hint: request ${entry?.seq} is closest: action is "get_line", not "get_lines"\n` +
        `closest: #${entry?.seq} POST /access/admin/index.php (admin get_line)\n` +
        '  action: wanted "get_lines", got "get_line"',
    );
    return true;
  });
});

test('a verify waits for a request that comes later', async () => {
  await panel.reset();
  const verified = panel.verify({ action: 'get_lines' }, { times: 1, within: '10s' });
  await panel.call('get_lines');
  assert.equal((await verified).count, 1);
});

test('a fault ends with its block', async () => {
  await panel.reset();
  const fault = await panel.faults.preset('empty_body', { action: 'get_line' });
  await fault.during(async () => {
    await assert.rejects(panel.call('get_line', { id: 4521 }), /the answer 200 is no JSON of Linecard's: ""/);
    assert.equal(await fault.hits(), 1);
  });
  assert.equal((await panel.call('get_line', { id: 4521 })).status, 'STATUS_SUCCESS');
  const other = await panel.faults.add({ status: 503 });
  await other.during(() => panel.reset());
  assert.ok((await panel.faults.presets()).includes('empty_body'));
});

test('presets are those of the server', async () => {
  assert.deepEqual([...PRESETS].sort(), (await panel.faults.presets()).sort());
});

test('the clock takes what JavaScript has for times', async () => {
  await panel.reset();
  const { mode, now } = await panel.clock.freeze(new Date(Date.UTC(2026, 5, 1, 12, 30)));
  assert.deepEqual([mode, now], ['frozen', '2026-06-01T12:30:00Z']);
  assert.equal((await panel.clock.advance(86_460_000)).now, '2026-06-02T12:31:00Z');
  assert.equal((await panel.clock.advance({ by: 60_000 })).now, '2026-06-02T12:32:00Z');
  assert.equal((await panel.clock.advance({ to: new Date('2026-07-01') })).now, '2026-07-01T00:00:00Z');
  // As Temporal.Duration and Temporal.Instant are.
  assert.equal((await panel.clock.advance({ toJSON: () => 'P1M' })).now, '2026-08-01T00:00:00Z');
  assert.equal((await panel.clock.freeze({ toJSON: () => '2026-06-01T00:00:00Z' })).now, '2026-06-01T00:00:00Z');
  assert.equal((await panel.clock.offset(-3_600_000)).mode, 'offset');
  await assert.rejects(panel.clock.advance(1), /1 ms are no whole seconds, and the panel's clock has no others/);
});

test('an answer that is none has its status and body', async () => {
  await panel.reset();
  await panel.faults.add({ status: 503 }, { action: 'get_line' });
  await assert.rejects(panel.call('get_line', { id: 4521 }), (error) => {
    assert.ok(error instanceof LinecardError);
    assert.equal(error.message, 'the answer 503 is a failure: "503\\n"');
    assert.deepEqual([error.status, error.problem.body], [503, '503\n']);
    return true;
  });
});

test('URLs are those that a client needs', async () => {
  await panel.reset();
  const world = await panel.world();
  for (const one of [panel, world]) {
    assert.equal(one.adminApi, `${one.url}/access/admin/index.php`);
    assert.equal(one.xcV2Api, `${one.url}/api.php`);
  }
  await world.close();
});

test('what opens the panel is that of its seed', async () => {
  await panel.reset({ seed: 'small' });
  assert.deepEqual([panel.accessCode, panel.apiKey], ['small0001', 'SMALL_KEY']);
  assert.equal((await panel.call('get_lines')).status, 'STATUS_SUCCESS');
  await panel.reset();
  assert.deepEqual([panel.accessCode, panel.apiKey], ['access', 'YOUR_KEY']);
});

test('suspicious requests fail a check where they are to', async () => {
  await panel.reset();
  panel.failOnUnmatched();
  await panel.call('get_lin');
  const [entry] = await panel.requests();
  await assert.rejects(panel.check(), (error) => {
    assert.ok(error instanceof NotVerified);
    assert.equal(
      error.message,
      '1 suspicious request came\n' +
        'hint: forgetRequests() forgets those that a test makes on purpose\n' +
        `unmatched: #${entry?.seq} POST /access/admin/index.php: there is no get_lin; did you mean get_line?`,
    );
    return true;
  });
  await panel.check();
});

test('what was expected is checked when the block ends', async () => {
  const used = Panel.use({ seed: 'docs' }, (one) => one.expect({ action: 'create_line' }));
  await assert.rejects(used, NotVerified);
  const failed = Panel.use({ seed: 'docs' }, (one) => {
    one.expect({ action: 'create_line' });
    throw new RangeError('its own');
  });
  await assert.rejects(failed, RangeError);
});

test('the log is the server’s', async () => {
  process.env['NOTIFY_SOCKET'] = '/nowhere/at/all';
  const one = await Panel.start({ seed: 'docs' });
  delete process.env['NOTIFY_SOCKET'];
  assert.match(one.log(), /NOTIFY_SOCKET is set, but could not be written to/);
  await one.close();
});

test('a hint that is missing is no part of the message', () => {
  assert.equal(new LinecardError({ detail: 'words' }).message, 'words');
});
