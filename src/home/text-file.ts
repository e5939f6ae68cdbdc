// Reads text files and JSON files for people: every error names the file, the problem and the way out.
import { readFileSync, statSync } from 'node:fs';
import { PflowError, type ErrorCode } from '../errors.ts';
import { pipeChunks } from '../files/pipe-chunks.ts';
import { parseJson } from '../values/parse-json.ts';
import { convertWideText, wideEncodingOf } from '../values/wide-text.ts';

/**
 * Returns the text of a file, or undefined if there is no such file. `shownPath` names the file in errors. Throws
 * FILE_UNREADABLE for a folder, for a file that cannot be read and for text that is not UTF-8.
 */
export function readTextFile(path: string, shownPath = path): string | undefined {
  try {
    if (statSync(path).isDirectory()) {
      throw new PflowError('FILE_UNREADABLE', `${shownPath} is a folder`, {
        hint: 'Name a file in it.',
      });
    }
    const piped = pipeChunks(path, shownPath);
    return decodeUtf8(piped === undefined ? readFileSync(path) : Buffer.concat([...piped]), shownPath);
  } catch (error) {
    if (error instanceof PflowError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw new PflowError('FILE_UNREADABLE', `${shownPath} cannot be read: ${message}`, {
      hint: 'Check the permissions of the file.',
      cause: error,
    });
  }
}

export interface JsonFile {
  readonly text: string;
  readonly path: string;
  /** The code and the hint of the error for a text that is not JSON. */
  readonly code: ErrorCode;
  readonly hint: string;
}

/** Parses a JSON file that is not a workflow, such as settings or prices. */
export function parseJsonFile({ text, path, code, hint }: JsonFile): unknown {
  try {
    return parseJson(text, path);
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    throw error.with({ code, hint, path: error.path ?? path });
  }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function decodeUtf8(bytes: Buffer, shownPath: string): string {
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined) {
    throw new PflowError('FILE_UNREADABLE', `${shownPath} is text in UTF-16`, {
      hint: convertWideText(wide, shownPath),
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PflowError('FILE_UNREADABLE', `${shownPath} is not text in UTF-8`, {
      hint: isGzip(bytes) ? 'Decompress it first: it was compressed with gzip.' : 'Save it as UTF-8.',
      cause: error,
    });
  }
}
