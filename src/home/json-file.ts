// A JSON file that is no workflow, such as settings or prices. What is wrong with its text is shown in the same way.
import { PflowError, type ErrorCode } from '../errors.ts';
import { parseJson } from '../values/parse-json.ts';

export interface JsonFile {
  readonly text: string;
  readonly path: string;
  /** The code and the hint when the text is not JSON. */
  readonly code: ErrorCode;
  readonly hint: string;
}

export function parseJsonFile({ text, path, code, hint }: JsonFile): unknown {
  try {
    return parseJson(text, path);
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    const { message, details } = error;
    throw new PflowError(code, message, { details, hint, path: error.path ?? path, cause: error });
  }
}
