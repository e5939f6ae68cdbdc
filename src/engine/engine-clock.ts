// Gives the time of a run that several workers may execute in turn: it goes on where the last one stopped.
import type { LogEvent } from '../events/event.ts';
import { systemLogHost, type LogHost } from '../log/write/log-host.ts';

export class EngineClock implements LogHost {
  private readonly startWall: number;
  /** While recorded events are repeated: the time of the last of them. */
  private repeatedMs: number | undefined;
  private offset = 0;

  constructor(recorded: readonly LogEvent[]) {
    const [first] = recorded;
    this.startWall = first === undefined ? systemLogHost.now() : Date.parse(first.at) - Math.floor(first.ms);
    this.repeatedMs = first === undefined ? undefined : 0;
  }

  now(): number {
    return this.startWall;
  }

  monotonic(): number {
    return this.repeatedMs ?? systemLogHost.monotonic() + this.offset;
  }

  randomBytes(count: number): Uint8Array {
    return systemLogHost.randomBytes(count);
  }

  repeat({ ms }: LogEvent): void {
    if (this.repeatedMs !== undefined) this.repeatedMs = ms;
  }

  /** From here on events are new. The clocks of two machines may differ; time does not go back. */
  goOn(): void {
    if (this.repeatedMs === undefined) return;
    const elapsed = Math.max(this.repeatedMs, systemLogHost.now() - this.startWall);
    this.offset = elapsed - systemLogHost.monotonic();
    this.repeatedMs = undefined;
  }
}
