// Writes values as frames of bytes, and reads them one by one: most readings need few of the frames in a file.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** A value in a file, not read yet. */
export interface Frame {
  /** What the value is, in 16 bits. */
  readonly tag: number;
  /** Number of things in the value. */
  readonly count: number;
  readonly bytes: Buffer;
}

export interface FramesOfFile {
  readonly frames: readonly Frame[];
  /** False if the end of the file is not that of a frame. */
  readonly isWhole: boolean;
}

const HASH_AT = 10;
const BODY_AT = HASH_AT + 32;
const FILE = /\.(?:folds|sums|tmp)$/u;
const UNUSED_DAYS = 30;
const DAY_MS = 86_400_000;

export function frameOf(tag: number, count: number, value: unknown): Frame {
  const body = serialize(value);
  const head = Buffer.alloc(HASH_AT);
  head.writeUInt32LE(body.length);
  head.writeUInt16LE(tag, 4);
  head.writeUInt32LE(count, 6);
  return { tag, count, bytes: Buffer.concat([head, hashOf(body), body]) };
}

/** Undefined for a frame that is damaged. */
export function valueOf({ bytes }: Frame): unknown {
  const body = bytes.subarray(BODY_AT);
  return hashOf(body).equals(bytes.subarray(HASH_AT, BODY_AT)) ? deserialize(body) : undefined;
}

/** A file that is missing or cannot be read has no frame. */
export function readFrames(path: string): FramesOfFile {
  const bytes = readOrEmpty(path);
  const frames: Frame[] = [];
  let at = 0;
  while (at + BODY_AT <= bytes.length) {
    const end = at + BODY_AT + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    const [tag, count] = [bytes.readUInt16LE(at + 4), bytes.readUInt32LE(at + 6)];
    frames.push({ tag, count, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return { frames, isWhole: at === bytes.length };
}

/** Replaces a file at once. */
export function writeFrames(path: string, frames: readonly Frame[]): void {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  prepareFolder(path);
  writeFileSync(temporary, Buffer.concat(frames.map(({ bytes }) => bytes)), { mode: 0o600 });
  renameSync(temporary, path);
}

/** Creates the folder of a file, and removes files that are a month old. */
export function prepareFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder).filter((file) => FILE.test(file))) {
    const other = join(folder, name);
    const age = Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > UNUSED_DAYS * DAY_MS) rmSync(other, { force: true });
  }
}

/** A folder that cannot be written costs time and nothing else. */
export function ignoreUnwritable(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function hashOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}

function readOrEmpty(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
