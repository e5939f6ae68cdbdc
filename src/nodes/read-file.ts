// Defines the read-file node, which reads a file as text.
import { readFile as readBytes } from 'node:fs/promises';
import * as z from 'zod';
import { NodeFailure } from '../flow/node-failure.ts';
import { defineNodeType } from './define-node-type.ts';
import { resolvePath } from './resolve-path.ts';
import { fileError } from './file-error.ts';
import { encoding, filePath } from './file-params.ts';

const params = z.strictObject({ file_path: filePath, encoding });

const outputs = z.object({
  content: z.string().describe('What is in the file, unchanged'),
  file_path: z.string().describe('The path as it was given'),
});

export const readFile = defineNodeType({
  type: 'read-file',
  summary: 'Reads a file as text.',
  params,
  outputs,
  example: { file_path: '${file}' },
  effect: 'reads',
  async exec({ file_path, encoding: chosen }, { cwd, env, signal }) {
    const bytes = await readBytes(resolvePath(file_path, { cwd, env }), { signal }).catch(
      (error: unknown) => {
        throw signal.aborted ? error : fileError('read', file_path, error);
      },
    );
    return { content: decode(bytes, chosen, file_path), file_path };
  },
});

function decode(bytes: Buffer, chosen: z.output<typeof encoding>, path: string): string {
  if (chosen === 'utf-16le') return bytes.toString(chosen).replace(/^\uFEFF/u, '');
  if (chosen !== 'utf-8') return bytes.toString(chosen);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NodeFailure(`cannot read "${path}": it is not UTF-8 text`, {
      hint: 'Set "encoding" to "latin1" for old text, or to "base64" for a binary file.',
      cause,
    });
  }
}
