// Writes entries about the items of a batch to a stream of the run. Entries that wait are written together.
import type { DBOS } from '@dbos-inc/dbos-sdk';
import type { ItemEntry } from './recorded-run.ts';

export const ITEMS_STREAM = 'items';

export class ItemWriter {
  private readonly dbos: typeof DBOS;
  private waiting: ItemEntry[] = [];
  /** Ends when the entries that wait are written. */
  private next: Promise<void> | undefined;
  private current: Promise<void> = Promise.resolve();

  constructor(dbos: typeof DBOS) {
    this.dbos = dbos;
  }

  /** Resolves when the entry is in the database. To be called inside of a step. */
  write(entry: ItemEntry): Promise<void> {
    this.waiting.push(entry);
    this.next ??= this.current.then(() => {
      const entries = this.waiting;
      this.waiting = [];
      this.next = undefined;
      this.current = this.dbos.writeStream(ITEMS_STREAM, entries, { serializationType: 'portable' });
      return this.current;
    });
    return this.next;
  }
}
