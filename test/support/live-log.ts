// A log that this process writes: its run goes on while the test does, and grows by events of the test.
import { appendFileSync, writeFileSync } from 'node:fs';
import type { LogEvent } from '../../src/events/event.ts';
import { hashHost } from '../../src/log/write/log-host.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { RunBuilder } from './run-builder.ts';

export class LiveLog {
  readonly path: string;
  readonly run: string;
  private readonly events: readonly LogEvent[];
  private written = 0;

  /** `inside`: the whole run. Nothing of it is written yet. */
  constructor(path: string, run: string, inside: (run: RunBuilder) => void) {
    const builder = new RunBuilder(run).started({ pid: process.pid, host: hashHost() });
    inside(builder);
    const now = Date.now();
    this.events = builder.events.map((event) => ({ ...event, at: new Date(now + event.ms).toISOString() }));
    this.path = path;
    this.run = run;
    writeFileSync(path, '');
  }

  /** Appends events up to the first one that `isLast` accepts, by default all. */
  write(isLast: (event: LogEvent) => boolean = () => false): void {
    const rest = this.events.slice(this.written);
    const last = rest.findIndex(isLast);
    const next = last < 0 ? rest : rest.slice(0, last + 1);
    this.written += next.length;
    appendFileSync(this.path, Buffer.concat(next.map(encodeLine)));
  }

  /** Appends bytes that are not a whole line. */
  writeBytes(bytes: string | Buffer): void {
    appendFileSync(this.path, bytes);
  }

  /** The next event as a line. */
  nextLine(): Buffer {
    const [next] = this.events.slice(this.written);
    if (next === undefined) throw new Error('every event is written');
    this.written += 1;
    return encodeLine(next);
  }
}
