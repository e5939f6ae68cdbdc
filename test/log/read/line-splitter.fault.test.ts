// Invariant: chunks of any size give the same lines, and a line of any length is reported.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../src/log/read/line-splitter.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { readAll } from './read-all.ts';
import { STARTED } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

describe('splitting bytes into lines', () => {
  it('gives the same lines for chunks of any size', () => {
    const text = Buffer.from('one\n\ntwo lines\u2028 here\nü\nlast');
    for (let size = 1; size <= text.length; size++) {
      const lines: string[] = [];
      const splitter: LineSplitter = new LineSplitter({
        onLine: (chunk, start, end) => {
          lines.push(`${splitter.line}@${splitter.offset} ${chunk.toString('utf8', start, end)}`);
          return true;
        },
        onTooLong: () => false,
      });
      for (let at = 0; at < text.length; at += size) splitter.push(text.subarray(at, at + size));
      expect(lines).toEqual(['1@0 one', '2@4 ', '3@5 two lines\u2028 here', '4@23 ü']);
      expect(splitter.tail).toBe(4);
    }
  });

  it('reports the length of a line over the limit, and reads the next line', () => {
    const seen: string[] = [];
    const receiver = {
      onLine: (chunk: Buffer, start: number, end: number) =>
        seen.push(chunk.toString('utf8', start, end)) > 0,
      onTooLong: (bytes: number) => seen.push(`too long: ${String(bytes)}`) > 0,
    };
    const splitter = new LineSplitter(receiver, 10);
    for (const chunk of ['12345', '67890', '1', '2\nnext\n', '12345678901\n', 'exactly10!\n'])
      splitter.push(Buffer.from(chunk));
    expect(seen).toEqual(['too long: 12', 'next', 'too long: 11', 'exactly10!']);
    expect([splitter.line, splitter.offset]).toEqual([5, 41]);
  });

  it('reports a line of 65 MiB in a file as damage', async () => {
    const events = eventsOf([STARTED]);
    const file = path('long.ndjson');
    writeFileSync(
      file,
      Buffer.concat([bytesOf(events), Buffer.alloc(65 * 1024 * 1024, 0x20), Buffer.from('\n')]),
    );
    const { report } = await readAll(file);
    expect(report.findings.map((finding) => [finding.code, finding.line, finding.why])).toEqual([
      ['too-long', 2, 'the line has 68157440 bytes, more than 67108864'],
    ]);
  });
});
