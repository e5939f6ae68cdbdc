// Our log, and the least that an event on the disk can cost: a write and a sync by hand.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { openNdjsonLog } from '../../src/log/write/ndjson-log.ts';
import type { OpenWriter } from './writer.ts';
import { logOptions, writtenEvent } from './written-event.ts';

export const openOurs: OpenWriter = (path) => ours(path, false);

/** As with `--durable`: on the disk before `append` returns. */
export const openOursDurable: OpenWriter = (path) => ours(path, true);

export const openByHandDurable: OpenWriter = (path) => {
  const file = openSync(path, 'ax');
  return {
    append() {
      writeSync(file, `${JSON.stringify(writtenEvent)}\n`);
      fdatasyncSync(file);
    },
    flush: nothing,
    close() {
      closeSync(file);
    },
  };
};

function ours(path: string, durable: boolean): ReturnType<OpenWriter> {
  const log = openNdjsonLog(path, { ...logOptions, durable });
  return {
    append() {
      log.append(writtenEvent);
    },
    flush: nothing,
    close() {
      log.close();
    },
  };
}

function nothing(): void {
  // Every event is in the kernel already.
}
