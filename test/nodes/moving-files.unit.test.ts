// Checks that copy-file, move-file and delete-file handle whole files and lose no other file.
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile as read,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile as write,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { copyFile } from '../../src/nodes/copy-file.ts';
import { deleteFile } from '../../src/nodes/delete-file.ts';
import { moveFile } from '../../src/nodes/move-file.ts';
import { runNode, type NodeRun } from '../support/run-node.ts';

let folder = '';
const BYTES = Buffer.from([0x89, 0x50, 0, 0xff, 0x0d, 0x0a]);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pflow-moving-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await write(join(folder, 'a'), BYTES);
  await write(join(folder, 'old'), 'old');
  await mkdir(join(folder, 'folder'));
});

const types = { 'copy-file': copyFile, 'move-file': moveFile, 'delete-file': deleteFile };
const run = (
  type: keyof typeof types,
  params: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<NodeRun> =>
  runNode(types[type], params, { context: { cwd: folder, ...(signal === undefined ? {} : { signal }) } });
const contentOf = (name: string): Promise<Buffer> => read(join(folder, name));
const names = async (): Promise<readonly string[]> => (await readdir(folder)).toSorted();

async function failureOf(outcome: Promise<NodeRun>): Promise<string> {
  const { error, shared, action } = await outcome;
  expect([error instanceof NodeFailure, action]).toEqual([true, undefined]);
  expect(shared).toEqual({ error: (error as Error).message });
  return (error as Error).message;
}

describe('copy-file', () => {
  it('makes a second file with the same bytes and mode, and missing folders', async () => {
    await chmod(join(folder, 'a'), 0o640);
    const paths = { source_path: 'a', dest_path: 'new/deep/b' };
    const { shared, action } = await run('copy-file', paths);
    expect([action, shared]).toEqual(['default', { copied: true, ...paths }]);
    expect([await contentOf('a'), await contentOf('new/deep/b')]).toEqual([BYTES, BYTES]);
    expect((await stat(join(folder, 'new/deep/b'))).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, 'new/deep'))).toEqual(['b']);
  });

  it('keeps a link and writes its target', async () => {
    await symlink('old', join(folder, 'link'));
    await run('copy-file', { source_path: 'a', dest_path: 'link', overwrite: true });
    expect([await readlink(join(folder, 'link')), await contentOf('old')]).toEqual(['old', BYTES]);
  });

  it.each(['./a', 'hard'])('rejects copying a file onto itself: %s', async (dest_path) => {
    await symlink('a', join(folder, 'hard'));
    expect(await failureOf(run('copy-file', { source_path: 'a', dest_path, overwrite: true }))).toBe(
      `cannot copy "a" to "${dest_path}": they are the same file`,
    );
    expect(await contentOf('a')).toEqual(BYTES);
  });
});

describe('move-file', () => {
  it('gives a file another name and makes missing folders', async () => {
    const paths = { source_path: 'a', dest_path: 'new/b' };
    const { shared, action } = await run('move-file', paths);
    expect([action, shared]).toEqual(['default', { moved: true, ...paths }]);
    expect([await names(), await contentOf('new/b')]).toEqual([['folder', 'new', 'old'], BYTES]);
  });

  it('moves a link and not its target', async () => {
    await symlink('a', join(folder, 'link'));
    await run('move-file', { source_path: 'link', dest_path: 'moved' });
    expect([await readlink(join(folder, 'moved')), await names()]).toEqual([
      'a',
      ['a', 'folder', 'moved', 'old'],
    ]);
  });

  it('succeeds when the file is already there', async () => {
    expect((await run('move-file', { source_path: 'a', dest_path: './a' })).action).toBe('default');
    expect(await contentOf('a')).toEqual(BYTES);
  });

  it('moves from one disk to another', async () => {
    const elsewhere = await mkdtemp('/dev/shm/pflow-moving-');
    onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
    const disks = await Promise.all([folder, elsewhere].map(async (path) => (await stat(path)).dev));
    expect(new Set(disks).size).toBe(2);
    await run('move-file', { source_path: 'a', dest_path: join(elsewhere, 'a') });
    expect([await read(join(elsewhere, 'a')), await names()]).toEqual([BYTES, ['folder', 'old']]);
    const back = { source_path: join(elsewhere, 'a'), dest_path: 'old' };
    expect(await failureOf(run('move-file', back))).toContain('a file exists there already');
    await run('move-file', { ...back, overwrite: true });
    expect([await contentOf('old'), await readdir(elsewhere)]).toEqual([BYTES, []]);
    await symlink('old', join(folder, 'link'));
    await run('move-file', { source_path: 'link', dest_path: join(elsewhere, 'link') });
    expect([await readlink(join(elsewhere, 'link')), await names()]).toEqual(['old', ['folder', 'old']]);
  });
});

describe.each(['copy-file', 'move-file'] as const)('%s', (type) => {
  const verb = type.slice(0, 4);

  it('refuses a path with a slash at its end, since it names a folder', async () => {
    const reason = 'it is the path of a folder; name the file';
    expect(await failureOf(run(type, { source_path: 'a/', dest_path: 'b' }))).toBe(
      `cannot ${verb} "a/": ${reason}`,
    );
    expect(await failureOf(run(type, { source_path: 'a', dest_path: 'b/' }))).toBe(
      `cannot ${verb} "a" to "b/": ${reason}`,
    );
    expect(await names()).toEqual(['a', 'folder', 'old']);
  });

  it('replaces another file only with overwrite', async () => {
    const paths = { source_path: 'a', dest_path: 'old' };
    expect(await failureOf(run(type, paths))).toBe(
      `cannot ${verb} "a" to "old": a file exists there already`,
    );
    expect([await contentOf('a'), (await contentOf('old')).toString()]).toEqual([BYTES, 'old']);
    await run(type, { ...paths, overwrite: true });
    expect(await contentOf('old')).toEqual(BYTES);
  });

  it('lets exactly one of several runs take the same free destination', async () => {
    await Promise.all(['1', '2', '3', '4'].map((name) => write(join(folder, name), name)));
    const runs = ['1', '2', '3', '4'].map((name) => run(type, { source_path: name, dest_path: 'won' }));
    const ended = await Promise.all(runs);
    const won = ended.flatMap(({ action }, index) => (action === 'default' ? [String(index + 1)] : []));
    expect(won).toHaveLength(1);
    expect((await contentOf('won')).toString()).toBe(won[0]);
    expect((await names()).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it.each([
    ['nowhere', 'b', `cannot ${verb} "nowhere": it does not exist`],
    ['folder', 'b', `cannot ${verb} "folder": it is a folder`],
    ['/dev/null', 'b', `cannot ${verb} "/dev/null": it is not a file`],
    ['a', 'folder', `cannot ${verb} "a" to "folder": it is a folder; name the file in it`],
    ['a', '/dev/null', `cannot ${verb} "a" to "/dev/null": it is not a file`],
    ['a', 'old/below', `cannot ${verb} "a" to "old/below": a part of its path is not a folder`],
    ['a', 'x'.repeat(300), `cannot ${verb} "a" to "${'x'.repeat(300)}": the name is too long`],
  ])('%s to %s fails with the reason', async (source_path, dest_path, message) => {
    expect(await failureOf(run(type, { source_path, dest_path, overwrite: true }))).toBe(message);
    expect([await names(), await contentOf('a')]).toEqual([['a', 'folder', 'old'], BYTES]);
  });
});

describe('delete-file', () => {
  it('deletes a file', async () => {
    const { shared, action } = await run('delete-file', { file_path: 'a', confirm_delete: true });
    expect([action, shared]).toEqual(['default', { deleted: true, file_path: 'a' }]);
    expect(await names()).toEqual(['folder', 'old']);
  });

  it('refuses a path with a slash at its end', async () => {
    expect(await failureOf(run('delete-file', { file_path: 'a/', confirm_delete: true }))).toBe(
      'cannot delete "a/": it is the path of a folder; name the file',
    );
    expect(await contentOf('a')).toEqual(BYTES);
  });

  it('deletes a link and not its target', async () => {
    await symlink('folder', join(folder, 'link'));
    await run('delete-file', { file_path: 'link', confirm_delete: true });
    expect([await names(), (await lstat(join(folder, 'folder'))).isDirectory()]).toEqual([
      ['a', 'folder', 'old'],
      true,
    ]);
  });

  it.each([
    ['nowhere', 'cannot delete "nowhere": it does not exist'],
    ['folder', 'cannot delete "folder": it is a folder'],
    ['/dev/null', 'cannot delete "/dev/null": it is not a file'],
  ])('%s fails with the reason', async (file_path, message) => {
    expect(await failureOf(run('delete-file', { file_path, confirm_delete: true }))).toBe(message);
  });

  it.each([{}, { confirm_delete: false }, { confirm_delete: 'true' }])(
    'requires confirm_delete: %j',
    async (more) => {
      const { error } = await run('delete-file', { file_path: 'a', ...more });
      expect(error).toMatchObject({ code: 'NODE_PARAMS_INVALID', path: 'params.confirm_delete' });
      expect(await names()).toContain('a');
    },
  );
});

it.each([
  ['copy-file', { source_path: 'a', dest_path: 'b' }],
  ['move-file', { source_path: 'a', dest_path: 'b' }],
  ['delete-file', { file_path: 'a', confirm_delete: true }],
] as const)('%s does nothing once the run is aborted', async (type, params) => {
  expect((await run(type, params, AbortSignal.abort(new Error('enough')))).error).toMatchObject({
    message: 'enough',
  });
  expect(await names()).toEqual(['a', 'folder', 'old']);
});

describe('two names of one file', () => {
  it('are moved by removing the old name, and never without overwrite', async () => {
    await link(join(folder, 'a'), join(folder, 'b'));
    const params = { source_path: 'a', dest_path: 'b' };
    expect(await failureOf(run('move-file', params))).toContain('a file exists there already');
    expect(await names()).toEqual(['a', 'b', 'folder', 'old']);
    const { shared } = await run('move-file', { ...params, overwrite: true });
    expect(shared).toMatchObject({ moved: true });
    expect(await names()).toEqual(['b', 'folder', 'old']);
    expect(await contentOf('b')).toEqual(BYTES);
  });

  it('may be two spellings of one path, and nothing is moved then', async () => {
    await symlink('.', join(folder, 'here'));
    await link(join(folder, 'a'), join(folder, 'second'));
    const { shared } = await run('move-file', { source_path: 'a', dest_path: 'here/a', overwrite: true });
    expect(shared).toMatchObject({ moved: true });
    expect(await contentOf('a')).toEqual(BYTES);
  });

  it('may be a link and its target, and the target is not lost then', async () => {
    await symlink('a', join(folder, 'link'));
    const params = { source_path: 'link', dest_path: 'a', overwrite: true };
    expect(await failureOf(run('move-file', params))).toBe(
      'cannot move "link" to "a": the link leads to that file',
    );
    expect(await contentOf('a')).toEqual(BYTES);
    await run('move-file', { source_path: 'a', dest_path: 'link', overwrite: true });
    expect([await contentOf('link'), (await lstat(join(folder, 'link'))).isFile()]).toEqual([BYTES, true]);
  });
});
