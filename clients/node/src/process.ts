/** A `linecard test` of one's own: started, awaited, stopped. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';

/** The server refused to start; the message is its own. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

/** How much of what a server says is kept. */
const LOG = 65_536;

/** Servers that run. One listener ends them all with this process, however many there are. */
const running = new Set<ChildProcess>();

function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

function register(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', endAll);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', endAll);
  });
}

/** What the ready line says, as far as the client needs it. */
export interface Ready {
  control: string;
  control_token?: string | null;
}

/** A server that runs as long as this process does, at most. */
export class Process {
  private said = '';

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      this.said = (this.said + words).slice(-LOG);
    });
  }

  /** Starts it and waits for its ready line. */
  static async start(program: string, args: string[], timeout: number): Promise<[Process, Ready]> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new Process(child);
    try {
      const ready = await started.ready(program, timeout);
      started.release();
      return [started, ready];
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  private ready(program: string, timeout: number): Promise<Ready> {
    return new Promise((resolve, reject) => {
      const fail = (words: string) => {
        clearTimeout(timer);
        reject(new NotStarted(words));
      };
      const timer = setTimeout(() => fail(`${program} was not ready within ${timeout} ms`), timeout);
      this.child.once('error', (error) => fail(`${program} cannot be run: ${error.message}`));
      this.child.once('spawn', () => register(this.child));
      // Unlike `exit` this comes after all that was said was read.
      this.child.once('close', () => fail(this.said.trim() || `${program} ended before it was ready`));
      let line = '';
      this.child.stdout?.setEncoding('utf8').on('data', (words: string) => {
        line += words;
        if (!line.includes('\n')) return;
        try {
          resolve(JSON.parse(line) as Ready);
          clearTimeout(timer);
        } catch {
          fail(`${program} is no linecard: it began with ${JSON.stringify(line.slice(0, 80))}`);
        }
      });
    });
  }

  /** Lets this process end while the server runs; the server ends with it. */
  private release(): void {
    this.child.unref();
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream instanceof Socket) stream.unref();
    }
  }

  /** What the server said on standard error, the last 64 KiB of it. */
  log(): string {
    return this.said;
  }

  /** Stops the server; one that does not stop is killed. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }
}
