// Invariant: no pipe, device or endless file keeps a node, or the process, longer than its time limit.
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile as write } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyFile } from '../../src/nodes/copy-file.ts';
import { readFile } from '../../src/nodes/read-file.ts';
import { writeFile } from '../../src/nodes/write-file.ts';
import { runCli } from '../support/cli.ts';
import { runInMountNamespace } from '../support/mount-namespace.ts';
import { runNode, type NodeRun } from '../support/run-node.ts';

let folder = '';
let pipe = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pflow-special-'));
  pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const reading = (params: Record<string, unknown>, timeout_s = 100): Promise<NodeRun> =>
  runNode(readFile, params, { timeout_s, context: { cwd: folder } });
const writing = (params: Record<string, unknown>, timeout_s = 100): Promise<NodeRun> =>
  runNode(writeFile, params, { timeout_s, context: { cwd: folder } });

describe('a pipe', () => {
  it('is read once it has a writer, to its end', async () => {
    const result = reading({ file_path: 'pipe' });
    const writer = createWriteStream(pipe);
    writer.write('one ');
    writer.end('two');
    expect((await result).shared).toMatchObject({ content: 'one two', content_is_binary: false });
  });

  it('is written once it has a reader, however much it is', async () => {
    const content = 'x'.repeat(1_000_000);
    const result = writing({ file_path: 'pipe', content });
    expect(await text(createReadStream(pipe))).toBe(content);
    expect((await result).shared).toMatchObject({ written: true });
  });

  it('without the other end ends with the time limit of the node', async () => {
    // One for each: the end that the first node is still closing would be the other end for the second one.
    execFileSync('mkfifo', [join(folder, 'no-writer'), join(folder, 'no-reader')]);
    const ends = [
      await reading({ file_path: 'no-writer' }, 0.05),
      await writing({ file_path: 'no-reader', content: 'x' }, 0.05),
    ];
    for (const { error } of ends) expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
  });

  it('without the other end ends with the run', async () => {
    const context = { cwd: folder, signal: AbortSignal.timeout(50) };
    for (const [type, params] of [
      [readFile, { file_path: 'pipe' }],
      [writeFile, { file_path: 'pipe', content: 'x', append: true }],
    ] as const)
      expect((await runNode(type, params, { context })).error).toMatchObject({ name: 'TimeoutError' });
  });

  it('keeps neither a run nor its process', async () => {
    const nodes = [{ id: 'r', type: 'read-file', params: { file_path: pipe }, timeout_s: 0.2 }];
    await write(join(folder, 'w.json'), JSON.stringify({ nodes }));
    const { code, stderr } = await runCli(['run', 'w.json'], { cwd: folder, ownProcess: true });
    expect(code).toBe(1);
    expect(stderr).toContain('NODE_TIMEOUT');
  });

  it('is not copied', async () => {
    const { error } = await runNode(
      copyFile,
      { source_path: 'pipe', dest_path: 'x' },
      { context: { cwd: folder } },
    );
    expect(String(error)).toContain('cannot copy "pipe": it is not a file');
  });
});

describe('an endless or large file', () => {
  it('fails at the limit of the node', async () => {
    expect((await reading({ file_path: '/dev/zero' })).shared).toEqual({
      error: 'cannot read "/dev/zero": it is larger than 64 MiB',
    });
    await write(join(folder, 'ten'), '0123456789');
    expect((await reading({ file_path: 'ten', max_bytes: 10 })).shared['content']).toBe('0123456789');
    const { error } = await reading({ file_path: 'ten', max_bytes: 9 });
    expect(error).toMatchObject({
      message: 'cannot read "ten": it is larger than 9 bytes',
      hint: 'Raise its max_bytes, or take the part that is needed with a shell node.',
    });
    expect((await reading({ file_path: '/dev/zero', max_bytes: 1024 * 1024 })).shared['error']).toContain(
      '1 MiB',
    );
  });

  it('whose size is not known is read to its end', async () => {
    expect(String((await reading({ file_path: '/proc/self/status' })).shared['content'])).toContain('Pid:');
    expect((await reading({ file_path: '/dev/null' })).shared['content']).toBe('');
  });
});

describe('a file that is a mount point', () => {
  it('is written in place by write-file, copy-file and move-file', async () => {
    const file = (name: string): string => join(folder, name);
    for (const name of ['real', 'mounted', 'copied', 'moved']) await write(file(name), `${name} before`);
    const node = (type: string, params: object): object => ({ nodes: [{ id: 'n', type, params }] });
    const to = { dest_path: file('mounted'), overwrite: true };
    const workflows = [
      node('write-file', { file_path: file('mounted'), content: 'written' }),
      node('copy-file', { source_path: file('copied'), ...to }),
      node('move-file', { source_path: file('moved'), ...to }),
    ];
    for (const [index, workflow] of workflows.entries())
      await write(file(`${String(index)}.json`), JSON.stringify(workflow));
    const seen = runInMountNamespace(
      folder,
      `mount --bind real mounted; for i in 0 1 2; do pflow run $i.json >/dev/null; cat real; echo; done; ls`,
    );
    expect(seen.split('\n').slice(0, 3)).toEqual(['written', 'copied before', 'moved before']);
    expect(seen).not.toMatch(/^moved$|\.tmp/mu);
  });
});
