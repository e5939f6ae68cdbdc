// Reads the whole content of a log into memory: plain, compressed, or inside a run page.
import { decompress, fileChunks } from './log-bytes.ts';

const NEWLINE = 0x0a;

/** Throws `FILE_NOT_FOUND` and `FILE_UNREADABLE`. What cannot be decompressed is left out. */
export async function readLogContent(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // Copied: the memory of a chunk is reused for the next one.
  for await (const chunk of decompress(fileChunks(path), {})) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Keeps the lines of one run. A log of one run stays as it is, its torn tail included. */
export function linesOfRun(content: Buffer, run: string, otherRuns: boolean): Buffer {
  if (!otherRuns) return content;
  const kept: Buffer[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(NEWLINE, start);
    const next = end < 0 ? content.length : end + 1;
    const line = content.subarray(start, next);
    if (runOf(line.toString()) === run) kept.push(line);
    start = next;
  }
  return Buffer.concat(kept);
}

/** The layout of every version of pflow: other runs may be named in the data. */
const HEAD = /^\{"type":"[^"]*","seq":\d+,"run":"([^"]*)"/u;

/** Undefined for a damaged line that does not show its run. */
function runOf(line: string): unknown {
  const [, run] = HEAD.exec(line) ?? [];
  if (run !== undefined) return run;
  try {
    return (JSON.parse(line) as { readonly run?: unknown } | null)?.run;
  } catch {
    return undefined;
  }
}
