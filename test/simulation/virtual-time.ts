// Replaces the timers and clocks of this process, so that waiting takes no time. Virtual time
// jumps to the next timer whenever nothing real is going on; while a child process or its pipe is open, it passes like
// real time.
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';

/** What a jump must not overtake: callbacks that come from the system. */
const REAL_WORK = [
  ...['FSReqCallback', 'FSReqPromise', 'FileHandleCloseReq', 'PipeWrap', 'Timeout', 'WriteWrap'],
  // A module that is loaded through another thread.
  'MessagePort',
];
/** Turns of the event loop without real work after which time jumps. */
const IDLE_TURNS = 4;
/** What an earlier run may still have under way. A read of a pipe without a writer never ends. */
const SHORT_WORK = ['FSReqCallback', 'FSReqPromise', 'FileHandleCloseReq'];
/** Turns of a millisecond: a busy machine takes longer for each. */
const MOST_SETTLE_TURNS = 100;
interface Unpacking {
  _transform: (this: Transform, ...given: Parameters<Transform['_transform']>) => void;
}
const GUNZIP = (zlib as unknown as { readonly Gunzip: { readonly prototype: Unpacking } }).Gunzip.prototype;
const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  transform: GUNZIP._transform,
  dateNow: Date.now.bind(Date),
  performanceNow: performance.now.bind(performance),
};

const probe = real.setTimeout(() => undefined, 0);
real.clearTimeout(probe);
const RealTimer = probe.constructor as new () => unknown;

interface VirtualTimer {
  readonly id: number;
  readonly call: () => void;
  readonly repeatMs: number | undefined;
  at: number;
  isReferenced: boolean;
  /** Where it was started, for the report of one that is left. */
  readonly origin: Error;
}

export interface WallClock {
  /** Epoch milliseconds at virtual time 0. */
  readonly start: number;
  /** From `at` on, the wall clock is off by so many milliseconds. */
  readonly jump: { readonly at: number; readonly by: number };
  /** Replaces no timer. */
  readonly isReal?: boolean;
}

export class VirtualTime {
  /** Milliseconds since the installation. */
  private current = 0;
  private lastReal = 0;
  private nextId = 1;
  /** Streams that another thread unpacks. */
  private readonly unpacking = new Set<object>();
  private readonly timers = new Map<number, VirtualTimer>();
  private baseline: Readonly<Record<string, number>> = {};
  private readonly clock: WallClock;

  constructor(clock: WallClock) {
    this.clock = clock;
  }

  now(): number {
    return this.current;
  }

  wallNow(): number {
    const { start, jump } = this.clock;
    return start + Math.floor(this.current) + (this.current >= jump.at ? jump.by : 0);
  }

  /** Where timers were started that would still keep the program alive. */
  get left(): readonly string[] {
    const kept = [...this.timers.values()].filter(({ isReferenced }) => isReferenced);
    return kept.map(({ origin }) => (origin.stack ?? '').split('\n').slice(2, 5).join(' '));
  }

  /** Runs `work` under virtual time; a clock that is real lets it take its time. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.clock.isReal === true) return work();
    await settleShortWork();
    this.install();
    try {
      const running = work();
      let isDone = false;
      const end = (): void => {
        isDone = true;
      };
      running.then(end, end);
      await this.drive(() => isDone);
      return await running;
    } finally {
      this.uninstall();
    }
  }

  private async drive(isDone: () => boolean): Promise<void> {
    let idleTurns = 0;
    while (!isDone()) {
      await new Promise((resolve) => real.setImmediate(resolve));
      const isBusy = this.followRealTime();
      if (this.fireDue()) idleTurns = 0;
      else if (isBusy) {
        idleTurns = 0;
        await new Promise((resolve) => real.setTimeout(resolve, 1));
      } else idleTurns = hasImmediates() ? 0 : idleTurns + 1;
      if (idleTurns < IDLE_TURNS || isDone()) continue;
      idleTurns = 0;
      if (!this.jump()) await new Promise((resolve) => real.setTimeout(resolve, 1));
    }
  }

  /** Whether the system works on something. */
  private followRealTime(): boolean {
    const now = real.performanceNow();
    const counts = countResources();
    const hasMore = (type: string): boolean => (counts[type] ?? 0) > (this.baseline[type] ?? 0);
    // Counted from 0: a process of an earlier run may go away meanwhile, and not be a base for this one.
    const hasProcess = (counts['ProcessWrap'] ?? 0) > 0;
    // A process that was left in the background may hold a pipe open: limits on reading it must pass.
    if (hasProcess || hasMore('PipeWrap')) this.current += now - this.lastReal;
    this.lastReal = now;
    return hasProcess || this.unpacking.size > 0 || REAL_WORK.some(hasMore);
  }

  /** Goes to the next timer, if one keeps the program alive. A display that is drawn again is not waited for. */
  private jump(): boolean {
    const timers = [...this.timers.values()];
    if (!timers.some(({ isReferenced }) => isReferenced)) return false;
    const next = timers.filter(({ isReferenced, repeatMs }) => isReferenced || repeatMs === undefined);
    this.current = Math.max(this.current, Math.min(...next.map(({ at }) => at)));
    return this.fireDue();
  }

  private fireDue(): boolean {
    const due = [...this.timers.values()].filter(({ at }) => at <= this.current);
    due.sort((a, b) => a.at - b.at || a.id - b.id);
    for (const timer of due) {
      if (!this.timers.has(timer.id)) continue;
      if (timer.repeatMs === undefined) this.timers.delete(timer.id);
      else timer.at = this.current + timer.repeatMs;
      timer.call();
    }
    return due.length > 0;
  }

  private start(call: () => void, milliseconds: unknown, doesRepeat: boolean): object {
    const waitMs = Math.max(1, Number(milliseconds) || 1);
    const id = this.nextId++;
    const timer: VirtualTimer = {
      id,
      call,
      repeatMs: doesRepeat ? waitMs : undefined,
      at: this.current + waitMs,
      isReferenced: true,
      origin: new Error('timer'),
    };
    this.timers.set(id, timer);
    const handle = {
      ref: () => {
        timer.isReferenced = true;
        return handle;
      },
      unref: () => {
        timer.isReferenced = false;
        return handle;
      },
      hasRef: () => timer.isReferenced,
      refresh: () => {
        timer.at = this.current + waitMs;
        this.timers.set(id, timer);
        return handle;
      },
      [Symbol.toPrimitive]: () => id,
    };
    return handle;
  }

  private stop(handle: unknown): void {
    // A timer from before the installation, such as one of the test runner.
    if (handle instanceof RealTimer) real.clearTimeout(handle as NodeJS.Timeout);
    else if (typeof handle === 'number' || typeof handle === 'object') this.timers.delete(Number(handle));
  }

  private install(): void {
    this.lastReal = real.performanceNow();
    this.baseline = countResources();
    const start =
      (doesRepeat: boolean) =>
      (call: (...args: unknown[]) => void, milliseconds?: number, ...args: unknown[]): unknown =>
        this.start(
          () => {
            call(...args);
          },
          milliseconds,
          doesRepeat,
        );
    const stop = (handle: unknown): void => {
      this.stop(handle);
    };
    Object.assign(globalThis, {
      setTimeout: start(false),
      setInterval: start(true),
      clearTimeout: stop,
      clearInterval: stop,
    });
    const { unpacking } = this;
    GUNZIP._transform = function transform(this: Transform, chunk, encoding, done) {
      const isDone = (): boolean => unpacking.delete(this);
      unpacking.add(this);
      this.once('close', isDone);
      real.transform.call(this, chunk, encoding, (...results) => {
        isDone();
        done(...results);
      });
    };
    Date.now = () => this.wallNow();
    performance.now = () => this.now();
  }

  private uninstall(): void {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = real;
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
    GUNZIP._transform = real.transform;
    Date.now = real.dateNow;
    performance.now = real.performanceNow;
  }
}

/** Waits for the files of an earlier run: what ends during a run must not be part of its baseline. */
async function settleShortWork(): Promise<void> {
  const isBusy = (): boolean => process.getActiveResourcesInfo().some((type) => SHORT_WORK.includes(type));
  for (let turn = 0; turn < MOST_SETTLE_TURNS && isBusy(); turn += 1)
    await new Promise((resolve) => real.setTimeout(resolve, 1));
}

/** True where code has yielded to the event loop, to go on soon. */
function hasImmediates(): boolean {
  return process.getActiveResourcesInfo().includes('Immediate');
}

function countResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
