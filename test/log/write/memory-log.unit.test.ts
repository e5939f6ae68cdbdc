// Runs the conformance suite on the log in memory.
import { describe, expect, it } from 'vitest';
import { openMemoryLog } from '../../../src/log/write/memory-log.ts';
import { fakeOptions } from '../fake-host.ts';
import { logFeatures } from '../log.features.ts';
import { STARTED } from '../some-drafts.ts';

describe('a log in memory', () => {
  logFeatures((options) => {
    const log = openMemoryLog({ ...options, keep: true });
    return { log, kept: () => Promise.resolve(log.events) };
  });

  it('keeps no list of events by default', () => {
    const log = openMemoryLog(fakeOptions());
    log.append(STARTED);
    expect(log.events).toEqual([]);
    expect(log.state).toEqual({ complete: true, lastSeq: 0 });
  });
});
