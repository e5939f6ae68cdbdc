// Files that are not logs are recognised, read directly or from a pipe. A damaged log stays a damaged log.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import { readPipedLog } from '../../../src/log/read/read-piped-log.ts';
import { replayLogs } from '../../../src/replay/replay-logs.ts';
import { ROOT } from '../../support/root.ts';
import { temporaryFolder } from '../../support/cli.ts';

const options = { onEvent: () => undefined };

async function errorOf(work: Promise<unknown>): Promise<PflowError | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof PflowError ? error : Promise.reject(error as Error)),
  );
}

/** The errors of the three ways to read a file with these bytes. */
async function verdictsOf(bytes: Buffer, name = 'some.ndjson'): Promise<readonly (string | undefined)[]> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  const errors = [
    await errorOf(readLog(path, options)),
    await errorOf(readLog(path, { ...options, handles: new Set(['llm.completed']) })),
    await errorOf(readPipedLog(Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), options)),
  ];
  return errors.map(
    (error) => error && `${error.code} ${error.message.replace(path, 'F').replace('stdin', 'F')}`,
  );
}

const WORKFLOW = readFileSync(join(ROOT, 'fixtures/workflows/summarise-file.json'));
const LOG = readFileSync(join(ROOT, 'fixtures/logs/v1/summarise-file.ndjson'));

const [LINE = ''] = LOG.toString().split('\n');
const WIDE = ['', '\uFEFF'].flatMap((mark) =>
  [LINE, `${LINE}\n`, LOG.toString(), LOG.toString().replaceAll('\n', '\r\n')].flatMap((text) => {
    const little = Buffer.from(`${mark}${text}`, 'utf16le');
    return [little, Buffer.from(little).swap16()];
  }),
);

const FOREIGN: readonly (readonly [string, string | Buffer])[] = [
  ['a workflow', WORKFLOW],
  ['a workflow', JSON.stringify(JSON.parse(WORKFLOW.toString()))],
  ['a workflow', `\uFEFF${WORKFLOW.toString()}`],
  ['a workflow, compressed', gzipSync(WORKFLOW)],
  [
    'a session of Claude Code',
    '{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/w","sessionId":"a","version":"2.0","type":"user","message":{"role":"user","content":"hi"},"uuid":"b","timestamp":"2026-11-01T10:00:00.000Z"}\n{"type":"assistant"}\n',
  ],
  ['a session of Claude Code', '{"type":"summary","summary":"Fix","leafUuid":"b"}\n'],
  [
    'a session of Codex',
    '{"timestamp":"2026-11-01T10:00:00.000Z","type":"session_meta","payload":{"id":"x","cwd":"/w"}}\n{}\n',
  ],
  ['the JSON document of a run', '{\n  "result": null,\n  "is_error": true,\n  "status": "failed"\n}\n'],
  ['a trace', '{"format_version":"1.0.0","execution_id":"x","final_status":"success","nodes":[]}'],
  ['the settings of pflow', '{"default_model":"ollama/x"}'],
  ['a JSON list', '[1, 2]\n'],
  ['a JSON object', '{"a": 1}'],
  ['a JSON value', '"text"\n'],
  ['lines of JSON', '{"a":1}\n{"a":2}\n'],
  [
    'lines of JSON',
    '{"type":"workflow.saved","at":"2026-11-01T10:00:00.000Z","created":true}\n{"type":"x"}\n',
  ],
  ['broken JSON', '{"a": 1,\n'],
  ['CSV', 'id,name\n1,a\n2,b\n'],
  ['a table with tabs', 'id\tname\n1\ta\n'],
  ['a Markdown text', '# Title\n\ntext\n'],
  ['an HTML page', '<!DOCTYPE html><html></html>\n'],
  ['a text', 'hello\n'],
  ['blank lines', '\n\n \n'],
  ['a PNG image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['binary data', Buffer.from([1, 0, 255, 254, 10, 0, 3])],
  ['a ZIP archive', Buffer.from('504b0304140000000800', 'hex')],
  ['lines of JSON', `${JSON.stringify({ long: 'x'.repeat(400_000) })}\n`.repeat(3)],
  ['lines of JSON', `${JSON.stringify({ n: 1 })}\n`.repeat(300_000)],
  ['a text', 'x'.repeat(20_000_000)],
  ['a text', Buffer.from('\uFEFFhello', 'utf16le')],
  ['binary data', Buffer.from('hello', 'utf16le')],
  ['a Markdown text', readFileSync(join(ROOT, 'README.md'))],
  ['a text', `It prints:\n\n${LINE}\n${'and\n'.repeat(4)}`],
  ['a workflow', WORKFLOW.toString().replace('"nodes"', `"x": ${JSON.stringify(LINE)},\n"nodes"`)],
  ['a log in UTF-16', Buffer.from(LOG.toString().split('\n').slice(1).join('\n'), 'utf16le')],
  ...WIDE.map((bytes) => ['a log in UTF-16', bytes] as const),
];

test.each(FOREIGN)('%s is not a log', async (what, content) => {
  const name = what.endsWith('compressed') ? 'some.ndjson.gz' : 'some.ndjson';
  const expected = `NOT_A_LOG F is not a log: it looks like ${what}`;
  expect(await verdictsOf(Buffer.from(content), name)).toEqual([expected, expected, expected]);
});

describe('a log that is damaged is a log', () => {
  const lines = LOG.toString().split('\n');
  const codesOf = async (bytes: Buffer | string): Promise<readonly unknown[]> => {
    const path = join(temporaryFolder(), 'damaged.ndjson');
    writeFileSync(path, bytes);
    const reports = [readLog(path, options), readPipedLog(Readable.from([Buffer.from(bytes)]), options)];
    return Promise.all(
      reports.map((report) =>
        report.then(
          ({ findings: [finding] }) => finding?.code,
          (error: unknown) => (error as PflowError).code,
        ),
      ),
    );
  };

  test.each([
    ['without its first line', lines.slice(1).join('\n'), 'seq-gap'],
    ['with a first line of nonsense', `nonsense\n${lines.join('\n')}`, 'not-json'],
    ['with CRLF', lines.join('\r\n'), 'crlf'],
    ['with a byte order mark', `\uFEFF${lines.join('\n')}`, 'byte-order-mark'],
    ['with three first lines of nonsense', `a\nb\n\nc\n${LINE}\n`, 'not-json'],
    [
      'with every line but the last replaced',
      `${'a\n'.repeat(lines.length - 2)}\0${lines.at(-2) ?? ''}\n`,
      'not-json',
    ],
    ['with a line that ends in NUL bytes', `${LINE}\0\0`, 'LOG_EMPTY'],
    ['of NUL bytes only', Buffer.alloc(300), 'LOG_EMPTY'],
    ['of NUL bytes and a newline', Buffer.concat([Buffer.alloc(300), Buffer.from('\n')]), 'nul-bytes'],
    ['with one torn line', (lines[0] ?? '').slice(0, 90), 'LOG_EMPTY'],
    ['without a byte', '', 'LOG_EMPTY'],
    ['with one byte of its type changed', `${(lines[0] ?? '').replace('"type"', '"tyqe"')}\n`, 'crc-wrong'],
    ['whose JSON has spaces', '{"type": "run.started", "seq": 0}\n', 'envelope'],
  ])('%s', async (_name, bytes, code) => {
    expect(await codesOf(bytes)).toEqual([code, code]);
  });
});

test('a folder is read without files that are not logs, a named file is refused', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'a.ndjson'), LOG);
  const alone = await replayLogs(dir, ['cost', 'metrics']);
  writeFileSync(join(dir, 'b.ndjson'), 'id,name\n1,a\n');
  writeFileSync(join(dir, 'c.ndjson'), '{"a":1}');
  const notes = ['b', 'c'].map((name, index) => ({
    label: 'note',
    text: `${join(dir, `${name}.ndjson`)} is not a log: it looks like ${['CSV', 'a JSON object'][index] ?? ''}, skipped`,
  }));
  for (const project of [['cost', 'metrics'], ['spend']]) {
    const given = project[0] === 'spend' ? { eachLog: true } : { run: 'last' };
    const both = await replayLogs(dir, project, given);
    expect(both.notes).toEqual(notes);
    expect(both.marks).toBeUndefined();
    const error = await errorOf(replayLogs([join(dir, 'a.ndjson'), join(dir, 'b.ndjson')], project, given));
    expect(error).toMatchObject({ code: 'NOT_A_LOG', path: join(dir, 'b.ndjson') });
  }
  expect((await replayLogs(dir, ['cost', 'metrics'])).results).toEqual(alone.results);
  writeFileSync(join(dir, 'a.ndjson'), '\n');
  expect(await errorOf(replayLogs(dir, ['cost']))).toMatchObject({ code: 'LOG_EMPTY' });
  expect(readdirSync(dir)).toHaveLength(3);
});
