// Aborts a signal after a time, or together with an outer signal. It keeps its own timer: a signal made by
// `AbortSignal.any` over `AbortSignal.timeout` may be garbage-collected before it fires.
import { withAbortGrace } from './abort-grace.ts';

/** A longer timer would fire at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

export class Deadline {
  readonly signal: AbortSignal;
  readonly seconds: number;
  private readonly controller = new AbortController();
  private readonly outer: AbortSignal;
  private readonly timer: NodeJS.Timeout;
  private hasExpired = false;

  constructor(outer: AbortSignal, seconds: number) {
    this.outer = outer;
    this.seconds = seconds;
    this.signal = this.controller.signal;
    const milliseconds = Math.min(Math.max(seconds * 1000, 1), LONGEST_TIMER_MS);
    this.timer = setTimeout(this.expire, milliseconds);
    outer.addEventListener('abort', this.follow, { once: true });
    if (outer.aborted) this.follow();
  }

  /** True when the time was up before the outer signal was aborted. */
  get expired(): boolean {
    return this.hasExpired;
  }

  /** Waits for `work`. Abandons work that ignores the signal after a grace of some seconds. */
  settle<T>(work: Promise<T>): Promise<T> {
    return withAbortGrace(work, this.signal);
  }

  /** Stops the timer. Must be called when the work has ended, with or without an error. */
  clear(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.follow);
  }

  private readonly expire = (): void => {
    this.hasExpired = !this.outer.aborted;
    this.controller.abort(new DOMException(`no result after ${String(this.seconds)} s`, 'TimeoutError'));
  };

  private readonly follow = (): void => {
    clearTimeout(this.timer);
    this.controller.abort(this.outer.reason);
  };
}
