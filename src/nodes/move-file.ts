// Defines the move-file node, which gives a file another name or another folder.
import { unlink } from 'node:fs/promises';
import * as z from 'zod';
import { copyBytes } from './copy-bytes.ts';
import { defineNodeType } from './define-node-type.ts';
import { requireEntry } from './require-file.ts';
import { resolvePath } from './resolve-path.ts';
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
    const from = resolvePath(source_path, { cwd, env });
    const to = resolvePath(dest_path, { cwd, env });
    const placement = { operation: `move "${source_path}" to`, shown: dest_path, overwrite: mayReplace };
    await requireEntry({ path: from, shown: source_path, operation: 'move' });
    if (from !== to) {
      await prepareDestination(to, placement);
      await move(from, to, placement).catch((error: unknown) => {
        throw fileError(placement.operation, dest_path, error);
      });
    }
    return { moved: true, source_path, dest_path };
  },
});

/** Renames the file. On another disk, where no rename is possible, it copies the file and deletes the old one. */
async function move(from: string, to: string, placement: Placement): Promise<void> {
  try {
    await placeFile(from, to, placement);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyBytes(from, to, placement);
    await unlink(from);
  }
}
