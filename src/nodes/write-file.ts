// Defines the write-file node. It writes a temporary file and renames it, so that a reader never sees half a file.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeAtomically from 'write-file-atomic';
import * as z from 'zod';
import { followLinks } from '../files/follow-links.ts';
import { isLog } from '../files/is-log.ts';
import { replaceInPlace } from '../files/replace-in-place.ts';
import { replaceLongName } from '../files/replace-long-name.ts';
import { appendBytes } from '../files/write-bytes.ts';
import { defineNodeType } from './define-node-type.ts';
import { encodeText } from './encode-text.ts';
import { resolveFile } from './resolve-path.ts';
import { makeFolder } from './make-folder.ts';
import { fileError, logError } from './file-error.ts';
import { encoding, filePath } from './file-params.ts';
import { textOrJson, textOrValue } from './text-or-value.ts';

const params = z.strictObject({
  content: textOrValue
    .nullable()
    .describe('Text; an object or a list becomes JSON; null makes an empty file'),
  file_path: filePath,
  append: z.boolean().default(false).describe('Add to the end of the file; not atomic'),
  encoding,
});

const outputs = z.object({
  written: z.boolean().describe('True once the file is there'),
  file_path: z.string().describe('The path as it was given'),
});

export const writeFile = defineNodeType({
  type: 'write-file',
  summary: 'Writes a file, making missing folders.',
  params,
  outputs,
  jsonParams: ['content'],
  example: { file_path: 'summary.md', content: '${summary.response}' },
  effect: 'writes',
  async exec({ content, file_path, append, encoding: chosen }, { cwd, env, signal }) {
    signal.throwIfAborted();
    const path = resolveFile(file_path, 'write', { cwd, env });
    try {
      if (isLog(path)) throw logError('write', file_path);
      const bytes = encodeText(content === null ? '' : textOrJson(content, 2), chosen);
      // A rename would replace a link whose file is not there, or is in a circle.
      const target = await followLinks(path);
      await makeFolder(dirname(target));
      if (append || (await isSpecial(target))) await appendBytes(target, bytes, signal);
      else await replace(target, bytes, signal);
    } catch (error) {
      throw signal.aborted ? error : fileError('write', file_path, error);
    }
    return { written: true, file_path };
  },
});

/** A long name leaves no room for the longer one of a temporary file. */
async function replace(path: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
  try {
    await writeAtomically(path, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') await replaceLongName(path, bytes);
    else await replaceInPlace(error, path, bytes, signal);
  }
}

/** True for a pipe or a device such as /dev/null. A rename would replace it by a file. */
async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile();
}
