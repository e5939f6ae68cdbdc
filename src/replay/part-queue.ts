// Shares parts of logs out among threads. Each thread has a stretch of neighbouring parts and takes from its front, so
// that it can continue with one state; a thread that has finished its stretch takes from the back of another one.

/** Most parts that a queue can hold. */
export const MAX_PARTS = 0xffff;

export class PartQueue {
  /** The stretch of each thread: its next part in the lower half, the first one behind it in the upper half. */
  readonly stretches: Int32Array;

  constructor(stretches: Int32Array) {
    this.stretches = stretches;
  }

  /** A queue of parts for several threads, in memory that they share. */
  static share(parts: number, threads: number): PartQueue {
    const stretches = new Int32Array(new SharedArrayBuffer(threads * Int32Array.BYTES_PER_ELEMENT));
    for (let thread = 0; thread < threads; thread += 1) {
      stretches[thread] = pack(
        Math.floor((parts * thread) / threads),
        Math.floor((parts * (thread + 1)) / threads),
      );
    }
    return new PartQueue(stretches);
  }

  /** The next part of a thread's own stretch. */
  next(thread: number): number | undefined {
    return this.take(thread, (from, to) => ({ part: from, left: pack(from + 1, to) }));
  }

  /** The last part of the longest stretch that is left. */
  steal(): number | undefined {
    for (;;) {
      let longest = -1;
      let length = 0;
      for (const [thread] of this.stretches.entries()) {
        const { from, to } = unpack(Atomics.load(this.stretches, thread));
        if (to - from <= length) continue;
        longest = thread;
        length = to - from;
      }
      if (longest < 0) return undefined;
      const part = this.take(longest, (from, to) => ({ part: to - 1, left: pack(from, to - 1) }));
      if (part !== undefined) return part;
    }
  }

  /** Empties the queue: no thread takes another part. */
  close(): void {
    for (const [thread] of this.stretches.entries()) Atomics.store(this.stretches, thread, 0);
  }

  private take(
    thread: number,
    choose: (from: number, to: number) => { readonly part: number; readonly left: number },
  ): number | undefined {
    for (;;) {
      const before = Atomics.load(this.stretches, thread);
      const { from, to } = unpack(before);
      if (from >= to) return undefined;
      const { part, left } = choose(from, to);
      if (Atomics.compareExchange(this.stretches, thread, before, left) === before) return part;
    }
  }
}

function pack(from: number, to: number): number {
  return (to << 16) | from;
}

function unpack(stretch: number): { readonly from: number; readonly to: number } {
  return { from: stretch & 0xffff, to: stretch >>> 16 };
}
