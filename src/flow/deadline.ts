// A signal that ends with an outer one or after a time. It holds its own timer: a signal made by
// `AbortSignal.any` over `AbortSignal.timeout` may be collected before it fires. It knows no node.
import { withAbortGrace } from './abort-grace.ts';

const LONGEST_MS = 2_147_483_647;

export class Deadline {
  readonly signal: AbortSignal;
  readonly seconds: number;
  private readonly controller = new AbortController();
  private readonly outer: AbortSignal;
  private readonly timer: NodeJS.Timeout;
  private timeIsUp = false;

  constructor(outer: AbortSignal, seconds: number) {
    this.outer = outer;
    this.seconds = seconds;
    this.signal = this.controller.signal;
    const milliseconds = Math.min(Math.max(seconds * 1000, 1), LONGEST_MS);
    this.timer = setTimeout(this.expire, milliseconds);
    outer.addEventListener('abort', this.follow, { once: true });
    if (outer.aborted) this.follow();
  }

  /** True when the time was up before the outer signal ended. */
  get expired(): boolean {
    return this.timeIsUp;
  }

  /** Waits for `work`. Work that ignores the signal is abandoned some seconds after it. */
  settle<T>(work: Promise<T>): Promise<T> {
    return withAbortGrace(work, this.signal);
  }

  /** To be called when the work is over, whatever came of it. */
  clear(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.follow);
  }

  private readonly expire = (): void => {
    this.timeIsUp = !this.outer.aborted;
    this.controller.abort(new DOMException(`no result after ${String(this.seconds)} s`, 'TimeoutError'));
  };

  private readonly follow = (): void => {
    clearTimeout(this.timer);
    this.controller.abort(this.outer.reason);
  };
}
