/** The panel's whole state, as a document that people can write too. */

import type { State as Restored } from './control.js';
import type { Document } from './types.js';
import type { Wire } from './wire.js';

/** Lines, streams, accounts and all the rest, with the keys of a seed document. */
export class State {
  constructor(private readonly wire: Wire) {}

  /** Answers all of it; `put` brings it back. */
  async get(): Promise<Document> {
    return (await this.wire.control('GET', 'state')) as Document;
  }

  /** Holds what the document has, and nothing else. */
  async put(document: Document): Promise<Restored> {
    return (await this.wire.control('PUT', 'state', document)) as Restored;
  }

  /** Adds what the document has, or changes what is there under its names. */
  async merge(document: Document): Promise<Restored> {
    return (await this.wire.control('PATCH', 'state', document)) as Restored;
  }
}
