// Collects all logs into one file and writes in large pieces. Nothing on it is to survive a crash.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { LogDisk } from '../../src/log/write/log-disk.ts';

const GATHERED_BYTES = 4 * 1024 * 1024;

export class GatheringDisk implements LogDisk {
  /** All that was taken so far. */
  bytes = 0;
  private readonly file: number;
  private readonly gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  private held = 0;

  constructor(path: string) {
    this.file = openSync(path, 'wx', 0o600);
  }

  create(): number {
    return this.file;
  }

  write(_file: number, bytes: Uint8Array, offset: number, length: number): number {
    if (this.held + length > GATHERED_BYTES) this.flush();
    const count = Math.min(length, GATHERED_BYTES);
    this.gathered.set(bytes.subarray(offset, offset + count), this.held);
    this.held += count;
    this.bytes += count;
    return count;
  }

  end(): void {
    this.flush();
    closeSync(this.file);
  }

  sync(): void {
    // Gathered lines are not to survive a crash.
  }

  syncFolder(): void {
    // Nor is their folder.
  }

  close(): void {
    // The next run goes on in the same file.
  }

  isFolder(): boolean {
    return false;
  }

  makeFolder(): void {
    // There is one file, and its folder is there.
  }

  private flush(): void {
    let written = 0;
    while (written < this.held) {
      written += writeSync(this.file, this.gathered, written, this.held - written);
    }
    this.held = 0;
  }
}
