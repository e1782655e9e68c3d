/** Live connections: who watches what. */

import type { GetSessionsAnswer, Session } from './control.js';
import type { Wire } from './wire.js';

export type { Session };

/** The live connections of a panel. */
export class Sessions {
  constructor(private readonly wire: Wire) {}

  /** All of them, or those of the users that a name or a pattern such as `ci-*` means. */
  async list({ user }: { user?: string } = {}): Promise<readonly Session[]> {
    const query = new URLSearchParams(user === undefined ? {} : { user });
    return ((await this.wire.control('GET', `sessions?${query}`)) as GetSessionsAnswer).sessions;
  }

  /** Cuts one off. */
  async kick(id: number): Promise<void> {
    await this.wire.control('DELETE', `sessions/${encodeURIComponent(id)}`);
  }
}
