// Keeps the log of a simulated run in memory, with the faults of a disk: errors at the nth write or sync, writes that
// take a part only, and a disk that is full.
import type { LogDisk } from '../../src/log/write/log-disk.ts';

export type DiskCode = 'ENOSPC' | 'EIO' | 'EDQUOT' | 'EROFS';

export interface DiskFaults {
  /** The nth call fails, counted from 1, perhaps after a part of its bytes. */
  readonly write?: { readonly at: number; readonly code: DiskCode; readonly part: boolean };
  /** The nth sync fails. */
  readonly sync?: { readonly at: number; readonly code: DiskCode };
  /** Bytes that the disk holds. A write beyond takes what there is room for. */
  readonly capacity?: number;
  /** A write takes at most so many bytes. */
  readonly mostBytes?: number;
  /** The file cannot be created. */
  readonly create?: DiskCode;
}

export class FakeDisk implements LogDisk {
  isOpen = false;
  /** Calls after the first error, which a writer must not make. */
  callsAfterError = 0;
  private readonly faults: DiskFaults;
  private writes = 0;
  private syncs = 0;
  private size = 0;
  private parts: Uint8Array[] = [];
  hasFailed = false;

  constructor(faults: DiskFaults) {
    this.faults = faults;
  }

  /** What the file holds. Joined when it is read: a log has thousands of writes. */
  get bytes(): Buffer {
    const joined = Buffer.concat(this.parts);
    this.parts = [joined];
    return joined;
  }

  create(): number {
    if (this.faults.create !== undefined) throw diskError(this.faults.create);
    this.isOpen = true;
    return 1;
  }

  write(_file: number, bytes: Uint8Array, offset: number, length: number): number {
    this.writes += 1;
    if (this.hasFailed) this.callsAfterError += 1;
    const { write, capacity = Infinity, mostBytes = Infinity } = this.faults;
    if (write !== undefined && this.writes >= write.at) {
      if (this.writes > write.at || !write.part || length < 2) throw this.failWith(write.code);
      return this.take(bytes, offset, Math.floor(length / 2));
    }
    const room = capacity - this.size;
    if (room <= 0) throw this.failWith('ENOSPC');
    return this.take(bytes, offset, Math.min(length, room, mostBytes));
  }

  sync(): void {
    this.syncs += 1;
    if (this.hasFailed) this.callsAfterError += 1;
    const { sync } = this.faults;
    if (sync !== undefined && this.syncs >= sync.at) throw this.failWith(sync.code);
  }

  syncFolder(): void {
    // The folder is never at fault.
  }

  close(): void {
    this.isOpen = false;
  }

  isFolder(path: string): boolean {
    return path.endsWith('/');
  }

  makeFolder(): void {
    // Every folder is there.
  }

  private take(bytes: Uint8Array, offset: number, count: number): number {
    // A copy: the writer uses its buffer again.
    this.parts.push(Buffer.from(bytes.subarray(offset, offset + count)));
    this.size += count;
    return count;
  }

  private failWith(code: DiskCode): Error {
    this.hasFailed = true;
    return diskError(code);
  }
}

function diskError(code: DiskCode): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
