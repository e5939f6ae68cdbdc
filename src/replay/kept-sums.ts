// Keeps the sums of groups of logs, and of all logs of a reading. Sums count only for the very files that they are of,
// so that an unchanged group is read at once and not log by log.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { SpendSums } from '../../projections/spend/state.ts';
import type { KeptFold } from './kept-folds.ts';
import { frameOf, ignoreUnwritable, readFrames, valueOf, writeFrames, type Frame } from './kept-frames.ts';

/** Sums of a group of logs. */
export interface GroupSums extends KeptFold<SpendSums> {
  /** Of the files of the group. */
  readonly digest: string;
  /** Positions in the group of the logs that are not in the sums. */
  readonly left: readonly number[];
}

/** Sums of all logs of a reading. */
interface WholeSums {
  readonly digest: string;
  readonly sums: SpendSums;
}

/** A power of two. More groups have less to read after a change, and more to add up. */
export const GROUPS = 32;
const WHOLE = GROUPS;

/** A file for one reading: these logs with these options. */
export class KeptSums {
  private readonly path: string;
  private readonly frames = new Map<number, Frame>();
  private hasChanged = false;

  constructor(path: string) {
    this.path = path;
    for (const frame of readFrames(path).frames) this.frames.set(frame.tag, frame);
  }

  /** Returns the sums of all logs, if they are of these files. */
  whole(digest: string): SpendSums | undefined {
    const whole = this.valueOf(WHOLE) as WholeSums | undefined;
    return whole?.digest === digest ? whole.sums : undefined;
  }

  /** Returns the sums of a group, if they are of these files. */
  group(number: number, digest: string): GroupSums | undefined {
    const group = this.valueOf(number) as GroupSums | undefined;
    return group?.digest === digest ? group : undefined;
  }

  setGroup(number: number, group: GroupSums): void {
    this.frames.set(number, frameOf(number, 1, group));
    this.frames.delete(WHOLE);
    this.hasChanged = true;
  }

  setWhole(whole: WholeSums): void {
    this.frames.set(WHOLE, frameOf(WHOLE, 1, whole));
    this.hasChanged = true;
  }

  /** `groups`: those of this reading. */
  save(groups: readonly number[]): void {
    if (!this.hasChanged) return;
    const used = new Set([...groups, WHOLE]);
    ignoreUnwritable(() => {
      writeFrames(
        this.path,
        [...this.frames.values()].filter(({ tag }) => used.has(tag)),
      );
    });
  }

  remove(): void {
    ignoreUnwritable(() => {
      rmSync(this.path, { force: true });
    });
  }

  private valueOf(tag: number): unknown {
    const frame = this.frames.get(tag);
    return frame === undefined ? undefined : valueOf(frame);
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
