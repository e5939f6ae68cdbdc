// Defines the delete-file node, which deletes one file and never a folder.
import { unlink } from 'node:fs/promises';
import * as z from 'zod';
import { defineNodeType } from './define-node-type.ts';
import { requireEntry } from './require-file.ts';
import { resolveFile } from './resolve-path.ts';
import { fileError } from './file-error.ts';
import { filePath } from './file-params.ts';

const params = z.strictObject({
  file_path: filePath,
  confirm_delete: z.literal(true).describe('Must be true: a file that is deleted is gone'),
});

const outputs = z.object({
  deleted: z.boolean().describe('True once the file is gone'),
  file_path: z.string().describe('The path as it was given'),
});

export const deleteFile = defineNodeType({
  type: 'delete-file',
  summary: 'Deletes a file for good; of a link, only the link.',
  params,
  outputs,
  effect: 'writes',
  example: { file_path: '${draft}', confirm_delete: true },
  async exec({ file_path }, { cwd, env, signal }) {
    signal.throwIfAborted();
    const path = resolveFile(file_path, 'delete', { cwd, env });
    await requireEntry({ path, shown: file_path, operation: 'delete' });
    await unlink(path).catch((error: unknown) => {
      throw fileError('delete', file_path, error);
    });
    return { deleted: true, file_path };
  },
});
