// Digests the lines of each run in a log file. Copies of a run have the same digest, so no files are compared.
import { createHash, type Hash } from 'node:crypto';
import { LineHead } from './line-head.ts';
import { fileChunks } from './log-bytes.ts';
import { readLines, type LineHandler } from './read-lines.ts';
import type { Place } from './reading-report.ts';

export interface RunDigest {
  /** SHA-256 of the bytes of its lines, newlines included. */
  readonly digest: string;
  /** Its first line. */
  readonly first: Place & { readonly seq: number };
  /** Highest seq of its lines. */
  readonly lastSeq: number;
}

/** Digests of those `runs` that have a line in the file at `path`. Ignores damaged lines without a readable run. */
export async function digestRuns(
  path: string,
  runs: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RunDigest>> {
  const digester = new RunDigester(runs);
  await readLines(path, fileChunks(path), digester);
  return digester.digests();
}

interface OpenDigest {
  readonly hash: Hash;
  readonly first: RunDigest['first'];
  lastSeq: number;
}

class RunDigester implements LineHandler {
  readonly stopped = false;
  private readonly runs: ReadonlySet<string>;
  private readonly head = new LineHead();
  private readonly open = new Map<string, OpenDigest>();

  constructor(runs: ReadonlySet<string>) {
    this.runs = runs;
  }

  onLine(bytes: Buffer, start: number, end: number, place: () => Place): void {
    const line = this.head.read(bytes, start, end)
      ? this.head
      : parseHead(bytes.toString('utf8', start, end));
    if (line === undefined || !this.runs.has(line.run)) return;
    const { run, seq } = line;
    let digest = this.open.get(run);
    if (digest === undefined) {
      digest = { hash: createHash('sha256'), first: { ...place(), seq }, lastSeq: seq };
      this.open.set(run, digest);
    }
    digest.lastSeq = Math.max(digest.lastSeq, seq);
    // A line contains no newline, so it separates this line from the next one.
    digest.hash.update(bytes.subarray(start, end)).update('\n');
  }

  onDamage(): void {
    // Has no run.
  }

  onTornTail(): void {
    // Is not a line.
  }

  onChunkEnd(): undefined {
    return undefined;
  }

  digests(): ReadonlyMap<string, RunDigest> {
    return new Map(
      [...this.open].map(([run, { hash, first, lastSeq }]) => [
        run,
        { digest: hash.digest('hex'), first, lastSeq },
      ]),
    );
  }
}

/** Reads the head of a line in another layout. */
function parseHead(text: string): { readonly run: string; readonly seq: number } | undefined {
  try {
    const { run, seq } = JSON.parse(text) as { readonly run?: unknown; readonly seq?: unknown };
    return typeof run === 'string' && typeof seq === 'number' ? { run, seq } : undefined;
  } catch {
    return undefined;
  }
}
