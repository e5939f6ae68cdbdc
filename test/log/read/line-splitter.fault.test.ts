// Invariant: where the bytes of a log are cut into chunks changes nothing, and no line is too long to be named.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../src/log/read/line-splitter.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { readAll } from './read-all.ts';
import { STARTED } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

describe('lines that come in pieces or are endless', () => {
  it('any size of chunk gives the same lines', () => {
    const text = Buffer.from('one\n\ntwo lines\u2028 here\nü\nlast');
    for (let size = 1; size <= text.length; size++) {
      const lines: string[] = [];
      const framer: LineSplitter = new LineSplitter({
        onLine: (chunk, start, end) => {
          lines.push(`${framer.line}@${framer.offset} ${chunk.toString('utf8', start, end)}`);
          return true;
        },
        onTooLong: () => false,
      });
      for (let at = 0; at < text.length; at += size) framer.push(text.subarray(at, at + size));
      expect(lines).toEqual(['1@0 one', '2@4 ', '3@5 two lines\u2028 here', '4@23 ü']);
      expect(framer.tail).toBe(4);
    }
  });

  it('a line over the limit is named, held by nobody, and the next line is read', () => {
    const seen: string[] = [];
    const receiver = {
      onLine: (chunk: Buffer, start: number, end: number) =>
        seen.push(chunk.toString('utf8', start, end)) > 0,
      onTooLong: (bytes: number) => seen.push(`too long: ${String(bytes)}`) > 0,
    };
    const framer = new LineSplitter(receiver, 10);
    for (const chunk of ['12345', '67890', '1', '2\nnext\n', '12345678901\n', 'exactly10!\n'])
      framer.push(Buffer.from(chunk));
    expect(seen).toEqual(['too long: 12', 'next', 'too long: 11', 'exactly10!']);
    expect([framer.line, framer.offset]).toEqual([5, 41]);
  });

  it('a line of 65 MiB in a file is a named corruption', async () => {
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
