// Defines the move-file node, which gives a file another name or another folder.
import { lstat, realpath, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { NodeFailure } from '../flow/node-failure.ts';
import { copyBytes, copyLink } from './copy-bytes.ts';
import { defineNodeType } from './define-node-type.ts';
import { requireEntry } from './require-file.ts';
import { resolveFile } from './resolve-path.ts';
import { fileError } from './file-error.ts';
import { destPath, overwrite, sourcePath } from './file-params.ts';
import { placeFile, prepareDestination, type Placement } from './place-file.ts';

const params = z.strictObject({ source_path: sourcePath, dest_path: destPath, overwrite });

const outputs = z.object({
  moved: z.boolean().describe('True once the file is at its new place'),
  source_path: z.string().describe('The old path, as it was given'),
  dest_path: z.string().describe('The new path, as it was given'),
});

export const moveFile = defineNodeType({
  type: 'move-file',
  summary: 'Moves or renames a file, making missing folders.',
  params,
  outputs,
  effect: 'writes',
  example: { source_path: 'inbox/${name}', dest_path: 'done/${name}' },
  async exec({ source_path, dest_path, overwrite: mayReplace }, { cwd, env, signal }) {
    signal.throwIfAborted();
    const from = resolveFile(source_path, 'move', { cwd, env });
    const to = resolveFile(dest_path, `move "${source_path}" to`, { cwd, env });
    const placement = { operation: `move "${source_path}" to`, shown: dest_path, overwrite: mayReplace };
    await requireEntry({ path: from, shown: source_path, operation: 'move' });
    if (!(await isSameEntry(from, to))) {
      await prepareDestination(to, placement);
      await move(from, to, placement).catch((error: unknown) => {
        throw fileError(placement.operation, dest_path, error);
      });
    }
    return { moved: true, source_path, dest_path };
  },
});

/** True for two spellings of one path, as through a link to its folder. */
async function isSameEntry(from: string, to: string): Promise<boolean> {
  const entryOf = async (path: string): Promise<string> =>
    join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
  return (await entryOf(from)) === (await entryOf(to));
}

/** Renames the file. Where no rename is possible, it copies the file and deletes the old one. */
async function move(from: string, to: string, placement: Placement): Promise<void> {
  const [source, target] = await Promise.all([lstat(from), lstat(to).catch(() => undefined)]);
  if (source.isSymbolicLink() && (await leadsTo(from, to)))
    throw new NodeFailure(`cannot ${placement.operation} "${placement.shown}": the link leads to that file`);
  const isSameFile = target?.ino === source.ino && target.dev === source.dev;
  // A rename does nothing for two names of one file. With a single name, only its case differs.
  if (isSameFile && source.nlink > 1) return unlink(from);
  try {
    await placeFile(from, to, placement);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EXDEV' && code !== 'EBUSY') throw error;
    await (source.isSymbolicLink() ? copyLink : copyBytes)(from, to, placement);
    await unlink(from);
  }
}

async function leadsTo(link: string, path: string): Promise<boolean> {
  const [end, other] = await Promise.all([link, path].map((each) => stat(each).catch(() => undefined)));
  return end !== undefined && end.ino === other?.ino && end.dev === other.dev;
}
