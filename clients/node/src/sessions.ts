/** Live connections: who watches what. */

import type { Wire } from './wire.js';

/** A live connection. */
export interface Session {
  id: number;
  /** A line's username, or a device's MAC. */
  user: string | null;
  stream: number;
  ip: string;
  since: string;
  [member: string]: unknown;
}

/** The live connections of a panel. */
export class Sessions {
  constructor(private readonly wire: Wire) {}

  /** All of them, or those of the users that a name or a pattern such as `ci-*` means. */
  async list({ user }: { user?: string } = {}): Promise<Session[]> {
    const query = new URLSearchParams(user === undefined ? {} : { user });
    return ((await this.wire.control('GET', `sessions?${query}`)) as { sessions: Session[] }).sessions;
  }

  /** Cuts one off. */
  async kick(id: number): Promise<void> {
    await this.wire.control('DELETE', `sessions/${encodeURIComponent(id)}`);
  }
}
