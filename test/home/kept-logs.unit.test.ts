// No file that pflow or a node writes replaces a log, directly or through links.
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { savedHistoryPath, savedWorkflowPath } from '../../src/home/paths.ts';
import { recordUse } from '../../src/home/saved-workflows/record-use.ts';
import { saveWorkflow } from '../../src/home/saved-workflows/save-workflow.ts';
import { writeTraceFile } from '../../src/home/trace-file.ts';
import { replaceFileAtomically } from '../../src/home/write-file.ts';
import { copyFile } from '../../src/nodes/copy-file.ts';
import { moveFile } from '../../src/nodes/move-file.ts';
import { writeFile } from '../../src/nodes/write-file.ts';
import { ROOT } from '../support/root.ts';
import { runNode } from '../support/run-node.ts';
import { temporaryFolder } from '../support/cli.ts';

const LOG = readFileSync(join(ROOT, 'fixtures/logs/v1/summarise-file.ndjson'));

/** Makes a log and a path that leads to it. */
const WAYS: readonly (readonly [string, Buffer, (log: string, path: string) => void])[] = [
  [
    'a log',
    LOG,
    (log, path) => {
      linkSync(log, path);
    },
  ],
  [
    'a symbolic link to a log',
    LOG,
    (log, path) => {
      symlinkSync(log, path);
    },
  ],
  [
    'a link to a link to a log',
    LOG,
    (log, path) => {
      symlinkSync(log, `${path}.1`);
      symlinkSync(`${path}.1`, path);
    },
  ],
  [
    'a compressed log',
    gzipSync(LOG),
    (log, path) => {
      linkSync(log, path);
    },
  ],
];

const REFUSED = /is a log/u;

describe.each(WAYS)('%s', (_name, bytes, lead) => {
  /** Returns the error of `work` with a path that leads to a log. The log must be as before. */
  async function refusalOf(
    work: (path: string, folder: string) => unknown,
    name = 'data.txt',
  ): Promise<string> {
    const folder = temporaryFolder();
    const log = join(folder, 'run.ndjson');
    const path = join(folder, name);
    writeFileSync(log, bytes);
    writeFileSync(join(folder, 'new.txt'), 'new');
    mkdirSync(dirname(path), { recursive: true });
    lead(log, path);
    const message = await Promise.resolve()
      .then(() => work(path, folder))
      .then(
        () => 'no error',
        (error: unknown) =>
          error instanceof Error
            ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`
            : 'no error',
      );
    expect([readFileSync(log).equals(bytes), readFileSync(path).equals(bytes)]).toEqual([true, true]);
    expect(readFileSync(join(folder, 'new.txt'), 'utf8')).toBe('new');
    return message;
  }

  it.each([
    ['write-file', writeFile, { file_path: 'data.txt', content: 'x' }],
    ['write-file with append', writeFile, { file_path: 'data.txt', content: 'x', append: true }],
    ['copy-file', copyFile, { source_path: 'new.txt', dest_path: 'data.txt', overwrite: true }],
    ['move-file', moveFile, { source_path: 'new.txt', dest_path: 'data.txt', overwrite: true }],
  ])('is not replaced by %s', async (_type, type, params) => {
    const run = async (_path: string, folder: string): Promise<void> => {
      const { error } = await runNode(type, params, { context: { cwd: folder } });
      if (error instanceof Error) throw error;
    };
    expect(await refusalOf(run)).toMatch(/"data\.txt": it is a log, and a log is never replaced/u);
  });

  it('is not replaced by a result, a list of prices or a trace', async () => {
    expect(
      await refusalOf((path) => {
        replaceFileAtomically(path, 'x');
      }),
    ).toMatch(REFUSED);
    const trace = (_path: string, folder: string): void => {
      expect(writeTraceFile(folder, 'trace', 0, {})).toMatch(/trace-\d{8}-\d{6}-2\.json$/u);
    };
    expect(await refusalOf(trace, `debug/trace-${secondOf(0)}.json`)).toBe('no error');
  });

  it('is not replaced by a saved workflow, and its history adds nothing to it', async () => {
    const save = (_path: string, folder: string): void => {
      saveWorkflow(folder, 'flow', { nodes: [] }, { replace: true });
    };
    const saved = savedWorkflowPath('', 'flow');
    expect(await refusalOf(save, saved)).toMatch(REFUSED);
    expect(await refusalOf(save, savedHistoryPath('', 'flow'))).toMatch(REFUSED);
    const use = (_path: string, folder: string): void => {
      writeFileSync(savedWorkflowPath(folder, 'flow'), '{}');
      recordUse(folder, 'flow', { status: 'success', duration_ms: 1 });
    };
    expect(await refusalOf(use, savedHistoryPath('', 'flow'))).toMatch(REFUSED);
  });
});

function secondOf(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear())}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

it('a log can still be moved, copied and deleted', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'run.ndjson'), LOG);
  const context = { cwd: folder };
  const copied = await runNode(
    copyFile,
    { source_path: 'run.ndjson', dest_path: 'copy.ndjson' },
    { context },
  );
  const moved = await runNode(
    moveFile,
    { source_path: 'run.ndjson', dest_path: 'old/run.ndjson' },
    { context },
  );
  expect([copied.error, moved.error]).toEqual([undefined, undefined]);
  expect(readFileSync(join(folder, 'old/run.ndjson')).equals(LOG)).toBe(true);
  writeFileSync(join(folder, 'table.ndjson'), '{"type":"a","seq":1}\n');
  const written = await runNode(writeFile, { file_path: 'table.ndjson', content: 'x' }, { context });
  expect(written.error).toBeUndefined();
});
