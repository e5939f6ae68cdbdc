// Defines the read-file node, which reads a file as text.
import * as z from 'zod';
import { readBytes } from '../files/read-bytes.ts';
import { decodeBytes, type DecodedBytes } from './decode-bytes.ts';
import { defineNodeType } from './define-node-type.ts';
import { resolveFile } from './resolve-path.ts';
import { fileError } from './file-error.ts';
import { encoding, filePath, type FileEncoding } from './file-params.ts';

const DEFAULT_LIMIT = 64 * 1024 * 1024;

const params = z.strictObject({
  file_path: filePath,
  encoding,
  max_bytes: z
    .int()
    .positive()
    .default(DEFAULT_LIMIT)
    .describe('Bytes that the file may have; a larger one is a failure'),
});

const outputs = z.object({
  content: z.string().describe('What is in the file, without a byte order mark; base64 when it is binary'),
  content_is_binary: z.boolean().describe('True when content is base64'),
  file_path: z.string().describe('The path as it was given'),
});

/** Reads a file as text. */
export const readFile = defineNodeType({
  type: 'read-file',
  summary: 'Reads a file as text.',
  params,
  outputs,
  example: { file_path: '${file}' },
  effect: 'reads',
  async exec({ file_path, encoding: chosen, max_bytes }, { cwd, env, signal }) {
    const limits = { limit: max_bytes, signal };
    const bytes = await readBytes(resolveFile(file_path, 'read', { cwd, env }), limits).catch(
      (error: unknown) => {
        throw signal.aborted ? error : fileError('read', file_path, error);
      },
    );
    const { text, isBinary } = decode(bytes, chosen);
    return { content: text, content_is_binary: isBinary, file_path };
  },
});

/** Bytes that are not in the encoding become base64: none of them is changed. */
function decode(bytes: Buffer, chosen: FileEncoding): DecodedBytes {
  if (chosen !== 'utf-16le') return decodeBytes(bytes, chosen);
  try {
    return { text: new TextDecoder('utf-16le', { fatal: true }).decode(bytes), isBinary: false };
  } catch {
    return decodeBytes(bytes, 'base64');
  }
}
