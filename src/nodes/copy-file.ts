// Defines the copy-file node, which makes a second file with the same bytes.
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { NodeFailure } from '../flow/node-failure.ts';
import { copyBytes } from './copy-bytes.ts';
import { defineNodeType } from './define-node-type.ts';
import { requireFile } from './require-file.ts';
import { resolveFile } from './resolve-path.ts';
import { fileError } from './file-error.ts';
import { destPath, overwrite, sourcePath } from './file-params.ts';
import { prepareDestination } from './place-file.ts';

const params = z.strictObject({ source_path: sourcePath, dest_path: destPath, overwrite });

const outputs = z.object({
  copied: z.boolean().describe('True once the copy is there'),
  source_path: z.string().describe('The path of the file, as it was given'),
  dest_path: z.string().describe('The path of the copy, as it was given'),
});

export const copyFile = defineNodeType({
  type: 'copy-file',
  summary: 'Copies a file, making missing folders.',
  params,
  outputs,
  effect: 'writes',
  example: { source_path: '${report}', dest_path: 'archive/report.md' },
  async exec({ source_path, dest_path, overwrite: mayReplace }, { cwd, env, signal }) {
    signal.throwIfAborted();
    const from = resolveFile(source_path, 'copy', { cwd, env });
    const to = resolveFile(dest_path, `copy "${source_path}" to`, { cwd, env });
    const placement = { operation: `copy "${source_path}" to`, shown: dest_path, overwrite: mayReplace };
    const source = await requireFile({ path: from, shown: source_path, operation: 'copy' });
    const existing = await stat(to).catch(() => undefined);
    if (existing?.ino === source.ino && existing.dev === source.dev)
      throw new NodeFailure(`cannot copy "${source_path}" to "${dest_path}": they are the same file`);
    await prepareDestination(to, placement);
    await copyBytes(from, to, placement).catch((error: unknown) => {
      throw fileError(placement.operation, dest_path, error);
    });
    return { copied: true, source_path, dest_path };
  },
});
