/** The panel's whole state, as a document that people can write too. */

import type { Restored } from './panel.js';
import type { Wire } from './wire.js';

/** A seed document: sections such as `lines` with their entries. */
export type Document = Record<string, unknown>;

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
