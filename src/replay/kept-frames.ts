// Writes values as frames of bytes, and reads them one by one: most readings need few of the frames in a file.
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

const HEAD_BYTES = 10;
const BODY_AT = HEAD_BYTES + 32;
const FILE = /\.(?:folds|sums|tmp)$/u;
const UNUSED_DAYS = 30;
const DAY_MS = 86_400_000;
const NO_FRAMES: FramesOfFile = { frames: [], isWhole: true };

export function frameOf(tag: number, count: number, value: unknown): Frame {
  const body = serialize(value);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(body.length);
  head.writeUInt16LE(tag, 4);
  head.writeUInt32LE(count, 6);
  return { tag, count, bytes: Buffer.concat([head, hashOf(body), body]) };
}

/** Undefined for a frame that is damaged. */
export function valueOf(frame: Frame): unknown {
  const { bytes } = frame;
  const body = bytes.subarray(BODY_AT);
  return hashOf(body).equals(bytes.subarray(HEAD_BYTES, BODY_AT)) ? deserialize(body) : undefined;
}

type ReadBytes = (at: number, length: number) => Buffer;

/** Reads a file at once. One that is missing or cannot be read has no frame. */
export function readFrames(path: string): FramesOfFile {
  try {
    const bytes = readFileSync(path);
    return framesIn(bytes.length, (at, length) => bytes.subarray(at, at + length));
  } catch {
    return NO_FRAMES;
  }
}

/**
 * Finds the frames of a large file, and reads each when it is needed. If the file is replaced or removed meanwhile,
 * they are damaged.
 */
export function findFrames(path: string): FramesOfFile {
  try {
    return withFile(path, (file) =>
      framesIn(fstatSync(file).size, (at, length) =>
        length === HEAD_BYTES ? readAt(file, at, length) : readAgain(path, at, length),
      ),
    );
  } catch {
    return NO_FRAMES;
  }
}

function readAgain(path: string, at: number, length: number): Buffer {
  try {
    return withFile(path, (file) => readAt(file, at, length));
  } catch {
    return Buffer.alloc(0);
  }
}

function framesIn(size: number, read: ReadBytes): FramesOfFile {
  const frames: Frame[] = [];
  let at = 0;
  while (at + BODY_AT <= size) {
    const head = read(at, HEAD_BYTES);
    const start = at;
    const length = BODY_AT + head.readUInt32LE(0);
    if (at + length > size) break;
    frames.push({
      tag: head.readUInt16LE(4),
      count: head.readUInt32LE(6),
      get bytes() {
        return read(start, length);
      },
    });
    at += length;
  }
  return { frames, isWhole: at === size };
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, at);
  return bytes;
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
