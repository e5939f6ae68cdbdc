import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile as read,
  readdir,
  rm,
  stat,
  symlink,
  writeFile as write,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { readFile } from '../../src/nodes/read-file.ts';
import { writeFile } from '../../src/nodes/write-file.ts';
import { runNode, type NodeRun } from '../support/run-node.ts';

let folder = '';
const TEXT = '\uFEFFnaïve 漢字 🎉\r\n\u2028last';
const BYTES = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pflow-files-'));
  await write(join(folder, 'text'), TEXT);
  await write(join(folder, 'image'), BYTES);
  await mkdir(join(folder, 'folder'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const reading = (params: Record<string, unknown>): Promise<NodeRun> =>
  runNode(readFile, params, { context: { cwd: folder } });
const writing = (params: Record<string, unknown>): Promise<NodeRun> =>
  runNode(writeFile, params, { context: { cwd: folder } });
const contentOf = (name: string): Promise<string> => read(join(folder, name), 'utf8');

describe('read-file', () => {
  it('returns the text of the file without a byte order mark, and the path of the params', async () => {
    const { shared, action } = await reading({ file_path: './text' });
    expect(action).toBe('default');
    expect(shared).toEqual({ content: TEXT.slice(1), content_is_binary: false, file_path: './text' });
  });

  it('accepts an absolute path', async () => {
    const file_path = join(folder, 'text');
    expect((await reading({ file_path })).shared['file_path']).toBe(file_path);
  });

  it('reads binary files as base64, and old text as Latin-1', async () => {
    expect((await reading({ file_path: 'image', encoding: 'base64' })).shared['content']).toBe('iVBORwD/');
    await write(join(folder, 'old'), Buffer.from('André', 'latin1'));
    expect((await reading({ file_path: 'old', encoding: 'latin1' })).shared['content']).toBe('André');
    await write(join(folder, 'wide'), Buffer.from('é漢', 'utf16le'));
    expect((await reading({ file_path: 'wide', encoding: 'utf-16le' })).shared['content']).toBe('é漢');
  });

  it.each([
    [BYTES, 'utf-8', 'iVBORwD/', true],
    [Buffer.from('André', 'latin1'), 'utf-8', 'QW5kcuk=', true],
    [Buffer.from([0xff]), 'utf-8', '/w==', true],
    [Buffer.from('a\0b'), 'utf-8', 'a\0b', false],
    [Buffer.from('André', 'latin1'), 'latin1', 'André', false],
    [Buffer.from('\uFEFFa', 'utf16le'), 'utf-16le', 'a', false],
    [Buffer.from('abc'), 'utf-16le', 'YWJj', true],
    [Buffer.from('abc'), 'base64', 'YWJj', true],
    [Buffer.from(''), 'utf-8', '', false],
  ])('keeps every byte of %j as %s', async (bytes, encoding, content, content_is_binary) => {
    await write(join(folder, 'bytes'), bytes);
    const { shared } = await reading({ file_path: 'bytes', encoding });
    expect(shared).toEqual({ content, content_is_binary, file_path: 'bytes' });
  });

  it.each([
    ['nowhere', 'it does not exist'],
    ['folder', 'it is a folder'],
    ['text/below', 'a part of its path is not a folder'],
    ['x'.repeat(300), 'the name is too long'],
  ])('fails for %s with the reason', async (file_path, reason) => {
    const { error } = await reading({ file_path });
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({ message: `cannot read "${file_path}": ${reason}`, retryable: false });
  });

  it('ends when the run is aborted', async () => {
    const context = { cwd: folder, signal: AbortSignal.abort(new Error('enough')) };
    expect((await runNode(readFile, { file_path: 'text' }, { context })).error).toMatchObject({
      message: 'enough',
    });
  });
});

describe('write-file', () => {
  it('writes text unchanged and makes missing folders', async () => {
    const { shared, action } = await writing({ file_path: 'new/deep/file', content: TEXT });
    expect(action).toBe('default');
    expect(shared).toEqual({ written: true, file_path: 'new/deep/file' });
    expect(await contentOf('new/deep/file')).toBe(TEXT);
  });

  it.each([
    [{ a: [1, 'é'] }, '{\n  "a": [\n    1,\n    "é"\n  ]\n}'],
    [[], '[]'],
    [404, '404'],
    [false, 'false'],
    [null, ''],
    ['', ''],
  ])('writes %j', async (content, expected) => {
    await writing({ file_path: 'value', content });
    expect(await contentOf('value')).toBe(expected);
  });

  it('turns base64 back into bytes', async () => {
    await writing({ file_path: 'copy', content: 'iVBORwD/', encoding: 'base64' });
    expect(await read(join(folder, 'copy'))).toEqual(BYTES);
  });

  it.each([
    ['base64', 'not base64!', 'its content is not base64'],
    ['base64', 'abcde', 'its content is not base64'],
    ['latin1', 'a€b', 'Latin-1 has no character "€"'],
    ['utf-8', 'a\ud83d', 'UTF-8 cannot hold half a character, "\\ud83d"'],
  ])('fails for a text that %s cannot hold: %j', async (encoding, content, reason) => {
    const { shared } = await writing({ file_path: 'unwritten', content, encoding });
    expect(shared).toEqual({ error: `cannot write "unwritten": ${reason}` });
    expect((await readdir(folder)).includes('unwritten')).toBe(false);
  });

  it('replaces a file, keeps its mode, and leaves no temporary file', async () => {
    await mkdir(join(folder, 'replaced'));
    const path = join(folder, 'replaced', 'file');
    await write(path, 'a much longer text than the new one');
    await chmod(path, 0o640);
    await writing({ file_path: 'replaced/file', content: 'short' });
    expect(await read(path, 'utf8')).toBe('short');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, 'replaced'))).toEqual(['file']);
  });

  it('writes through a link instead of replacing it', async () => {
    await write(join(folder, 'target'), 'old');
    await symlink('target', join(folder, 'link'));
    await writing({ file_path: 'link', content: 'new' });
    expect(await contentOf('target')).toBe('new');
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  });

  it('makes the file that a link leads to, and replaces no link that leads in a circle', async () => {
    await symlink('folder/made', join(folder, 'early'));
    expect((await writing({ file_path: 'early', content: 'new' })).action).toBe('default');
    expect(await contentOf('folder/made')).toBe('new');
    await symlink('circle', join(folder, 'circle'));
    const { shared } = await writing({ file_path: 'circle', content: 'x' });
    expect(shared).toEqual({ error: 'cannot write "circle": its links lead in a circle' });
    expect((await reading({ file_path: 'circle' })).shared).toEqual({
      error: 'cannot read "circle": its links lead in a circle',
    });
    expect((await lstat(join(folder, 'circle'))).isSymbolicLink()).toBe(true);
  });

  it('replaces a file with a name of 255 bytes, and keeps its mode', async () => {
    await mkdir(join(folder, 'long'));
    const name = `${'é'.repeat(127)}x`;
    for (const content of ['one', 'two']) {
      await writing({ file_path: `long/${name}`, content });
      expect(await contentOf(`long/${name}`)).toBe(content);
      await chmod(join(folder, 'long', name), 0o640);
    }
    expect((await stat(join(folder, 'long', name))).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, 'long'))).toEqual([name]);
    const { shared } = await writing({ file_path: `${name}x`, content: 'x' });
    expect(shared).toEqual({ error: `cannot write "${name}x": the name is too long` });
  });

  it('appends to a file, and creates a missing one', async () => {
    await writing({ file_path: 'lines', content: 'one\n', append: true });
    await writing({ file_path: 'lines', content: 'two\n', append: true });
    expect(await contentOf('lines')).toBe('one\ntwo\n');
  });

  it('does not replace a device', async () => {
    expect((await writing({ file_path: '/dev/null', content: 'gone' })).action).toBe('default');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.each([
    ['folder', 'it is a folder'],
    ['text/below', 'a part of its path is not a folder'],
    ['text/far/below', 'a part of its path is not a folder'],
    ['text/', 'it is the path of a folder; name the file'],
    ['absent/.', 'it is the path of a folder; name the file'],
    ['a\0b', 'its path holds a NUL character'],
  ])('fails for %j with the reason', async (file_path, reason) => {
    const { shared, error } = await writing({ file_path, content: 'x' });
    expect(error).toBeInstanceOf(NodeFailure);
    expect(shared).toEqual({ error: `cannot write "${file_path}": ${reason}` });
    expect(await contentOf('text')).toBe(TEXT);
  });

  it('writes nothing once the run is aborted', async () => {
    const context = { cwd: folder, signal: AbortSignal.abort(new Error('enough')) };
    const { error } = await runNode(writeFile, { file_path: 'aborted', content: 'x' }, { context });
    expect(error).toMatchObject({ message: 'enough' });
    expect((await readdir(folder)).includes('aborted')).toBe(false);
  });
});
