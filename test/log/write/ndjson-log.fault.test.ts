// Invariant: every event that append accepted is in the file. After the first error nothing is written or retried, and
// the log reports up to which seq it is safe.
import { appended } from './appended.ts';
import { openSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { systemDisk } from '../../../src/log/write/log-disk.ts';
import type { LogDisk } from '../../../src/log/write/log-disk.ts';
import { openNdjsonLog } from '../../../src/log/write/ndjson-log.ts';
import { fakeOptions } from '../fake-host.ts';
import { wholeRun } from '../some-drafts.ts';

interface FaultyDisk extends LogDisk {
  readonly bytes: Buffer[];
  writes: number;
  syncs: number;
}

/** A disk in memory; `write` returns how many bytes it accepts or throws, `sync` may throw. */
function faultyDisk(
  write: (call: number, length: number) => number,
  sync: (call: number) => void = () => undefined,
): FaultyDisk {
  return {
    bytes: [],
    writes: 0,
    syncs: 0,
    create: () => 3,
    write(_file, bytes, offset, length) {
      const taken = write(this.writes++, length);
      this.bytes.push(Buffer.from(bytes.subarray(offset, offset + taken)));
      return taken;
    },
    sync() {
      sync(this.syncs++);
    },
    close: () => undefined,
    syncFolder: () => undefined,
    isFolder: () => false,
    makeFolder: () => undefined,
  };
}

function fails(code: string): never {
  throw Object.assign(new Error(code), { code });
}

describe('a log on a failing disk', () => {
  it('has the events before the failed write, and the run goes on', () => {
    const run = wholeRun();
    for (let failing = 0; failing <= run.length; failing++) {
      const disk = faultyDisk((call, length) => (call === failing ? fails('ENOSPC') : length));
      const log = openNdjsonLog('run.ndjson', { ...fakeOptions(), disk });
      const notified: number[] = [];
      log.subscribe((event) => notified.push(event.seq));
      const events = run.map((draft) => appended(log, draft));
      log.close();
      expect(notified).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(Buffer.concat(disk.bytes)).toEqual(Buffer.concat(events.slice(0, failing).map(encodeLine)));
      expect(disk.writes).toBe(Math.min(failing + 1, run.length));
      expect(log.state.lastSeq).toBe(failing - 1);
      expect(log.state.complete).toBe(failing === run.length);
    }
  });

  it('reports the error and up to which seq it is safe', () => {
    const disk = faultyDisk((call, length) => (call === 2 ? fails('ENOSPC') : length));
    const log = openNdjsonLog('run.ndjson', { ...fakeOptions(), disk });
    for (const draft of wholeRun()) log.append(draft);
    const { poisoned } = log.state;
    expect([poisoned?.code, poisoned?.message]).toEqual([
      'LOG_INCOMPLETE',
      'the log "run.ndjson" is safe up to seq 1 only: no space left on the device (ENOSPC)',
    ]);
  });

  it('writes every line completely, however few bytes a write accepts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const disk = faultyDisk((call, length) => Math.min(length, sizes[call % sizes.length] ?? length));
        const log = openNdjsonLog('run.ndjson', { ...fakeOptions(), disk });
        const events = wholeRun().map((draft) => appended(log, draft));
        expect(Buffer.concat(disk.bytes)).toEqual(Buffer.concat(events.map(encodeLine)));
      }),
      { numRuns: 100 },
    );
  });

  it('is poisoned by a write that accepts no bytes', () => {
    const log = openNdjsonLog('run.ndjson', { ...fakeOptions(), disk: faultyDisk(() => 0) });
    log.append(wholeRun()[0] ?? fails('no draft'));
    expect(log.state.poisoned?.message).toBe(
      'the log "run.ndjson" holds no event that is safe: the disk took nothing and gave no reason',
    );
  });

  it('does not retry a failed sync, and does not report its events as safe', () => {
    const disk = faultyDisk(
      (_call, length) => length,
      (call) => {
        if (call === 1) fails('EIO');
      },
    );
    const log = openNdjsonLog('run.ndjson', { ...fakeOptions(), durable: true, disk });
    for (const draft of wholeRun()) log.append(draft);
    log.close();
    expect([disk.syncs, disk.writes, log.state.lastSeq, log.state.complete]).toEqual([2, 7, 4, false]);
    expect(log.state.poisoned?.message).toBe(
      'the log "run.ndjson" is safe up to seq 4 only: the device reported an input/output error (EIO)',
    );
  });

  it('reports a full disk', () => {
    const disk = { ...systemDisk, create: () => openSync('/dev/full', 'a') };
    const log = openNdjsonLog('run.ndjson', { ...fakeOptions(), disk });
    const events = wholeRun().map((draft) => appended(log, draft));
    log.close();
    expect(events).toHaveLength(8);
    expect(log.state.poisoned?.message).toContain('no space left on the device (ENOSPC)');
    expect(log.state.lastSeq).toBe(-1);
  });
});
