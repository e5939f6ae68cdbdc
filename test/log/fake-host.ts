// A host whose clocks and random bytes a test controls.
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import type { LogHost } from '../../src/log/write/log-host.ts';
import type { LogOptions } from '../../src/log/write/base-log.ts';

export interface FakeHost extends LogHost {
  wall: number;
  elapsed: number;
}

let hosts = 0;

/** Starts at 2026-11-22T09:30:00Z; each reading of the monotonic clock advances it by 0.25 ms. */
export function fakeHost(): FakeHost {
  hosts += 1;
  const seed = hosts;
  return {
    wall: Date.UTC(2026, 10, 22, 9, 30),
    elapsed: 5_000,
    now() {
      return this.wall;
    },
    monotonic() {
      this.elapsed += 0.25;
      return this.elapsed;
    },
    // Ends in the number of the host, so that each run has another id.
    randomBytes: (count) =>
      Uint8Array.from({ length: count }, (_, index) => Math.floor(seed / 256 ** (count - 1 - index)) % 256),
  };
}

export function fakeOptions(level: 'metrics' | 'trace' = 'trace'): LogOptions & { readonly host: FakeHost } {
  return { level, host: fakeHost(), redactor: createRedactor() };
}
