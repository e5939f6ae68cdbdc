// Parts of logs shared out among threads: each has a stretch of neighbours of its own and takes from its front, so that it
// can go on with one state; whoever is done takes from the back of what another one has left.

/** Most parts that there can be. */
export const MOST_PARTS = 0xffff;

export class PartQueue {
  /** For each thread its stretch: the next part in the lower half, the first one behind it in the upper half. */
  readonly stretches: Int32Array;

  constructor(stretches: Int32Array) {
    this.stretches = stretches;
  }

  /** So many parts for so many threads, in memory that they can share. */
  static share(parts: number, threads: number): PartQueue {
    const stretches = new Int32Array(new SharedArrayBuffer(threads * Int32Array.BYTES_PER_ELEMENT));
    for (let thread = 0; thread < threads; thread += 1) {
      stretches[thread] = packed(
        Math.floor((parts * thread) / threads),
        Math.floor((parts * (thread + 1)) / threads),
      );
    }
    return new PartQueue(stretches);
  }

  /** The next part of a thread's own stretch. */
  next(thread: number): number | undefined {
    return this.take(thread, (from, to) => ({ part: from, left: packed(from + 1, to) }));
  }

  /** The last part of the longest stretch that is left. */
  steal(): number | undefined {
    for (;;) {
      let longest = -1;
      let length = 0;
      for (const [thread] of this.stretches.entries()) {
        const { from, to } = unpacked(Atomics.load(this.stretches, thread));
        if (to - from <= length) continue;
        longest = thread;
        length = to - from;
      }
      if (longest < 0) return undefined;
      const part = this.take(longest, (from, to) => ({ part: to - 1, left: packed(from, to - 1) }));
      if (part !== undefined) return part;
    }
  }

  /** Nobody takes another part. */
  close(): void {
    for (const [thread] of this.stretches.entries()) Atomics.store(this.stretches, thread, 0);
  }

  private take(
    thread: number,
    choose: (from: number, to: number) => { readonly part: number; readonly left: number },
  ): number | undefined {
    for (;;) {
      const before = Atomics.load(this.stretches, thread);
      const { from, to } = unpacked(before);
      if (from >= to) return undefined;
      const { part, left } = choose(from, to);
      if (Atomics.compareExchange(this.stretches, thread, before, left) === before) return part;
    }
  }
}

function packed(from: number, to: number): number {
  return (to << 16) | from;
}

function unpacked(stretch: number): { readonly from: number; readonly to: number } {
  return { from: stretch & 0xffff, to: stretch >>> 16 };
}
