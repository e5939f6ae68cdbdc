// Gives the time of a run. The wall clock is read once, at the first event; from then on only monotonic time counts, so
// `at` and `ms` never go back when the clock of the machine is changed.
import type { LogHost } from './log-host.ts';

const LAST_DATE = 8.64e15;

export class RunClock {
  /** Milliseconds since the first tick, three decimal places. */
  ms = 0;
  /** ISO-8601 UTC. */
  at = '';
  private readonly host: LogHost;
  private started = false;
  private wallAtStart = 0;
  private monotonicAtStart = 0;
  private shownMs = -1;
  private shownSecond = NaN;
  private upToSecond = '';

  constructor(host: LogHost) {
    this.host = host;
  }

  tick(): void {
    if (!this.started) this.start();
    const elapsed = Math.round((this.host.monotonic() - this.monotonicAtStart) * 1000) / 1000;
    if (elapsed > this.ms) this.ms = elapsed;
    const whole = Math.floor(this.ms);
    if (whole === this.shownMs) return;
    this.shownMs = whole;
    this.at = this.formatTime(Math.min(this.wallAtStart + whole, LAST_DATE));
  }

  /** Formats only the milliseconds again while the second is the same. */
  private formatTime(at: number): string {
    const millisecond = Math.floor(at) % 1000;
    const second = at - millisecond;
    if (second !== this.shownSecond || millisecond < 0) {
      this.shownSecond = second;
      this.upToSecond = new Date(second).toISOString().slice(0, -4);
    }
    return millisecond < 0
      ? new Date(at).toISOString()
      : `${this.upToSecond}${String(millisecond).padStart(3, '0')}Z`;
  }

  private start(): void {
    this.started = true;
    this.monotonicAtStart = this.host.monotonic();
    const wall = this.host.now();
    this.wallAtStart = Number.isFinite(wall) ? Math.max(-LAST_DATE, wall) : 0;
  }
}
