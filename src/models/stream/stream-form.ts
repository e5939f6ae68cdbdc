// Defines the form in which an API streams an answer. Its chunks are put together to the body of a whole answer, so
// that text, reason and bill are read as without a stream.
import type { Fields } from '../../values/json-fields.ts';

export interface StreamForm {
  /** Members that the body of the request gets. */
  readonly request: Readonly<Record<string, unknown>>;
  /** The address of streams, where they have their own. */
  readonly url?: (url: string) => string;
  /** The part of the answer's text in a chunk, or an empty text. */
  readonly textOf: (chunk: Fields) => string;
  /** Nothing follows this chunk. */
  readonly isLast: (chunk: Fields) => boolean;
  /** Makes the body of a whole answer. Undefined for chunks without the end of an answer. */
  readonly assemble: (chunks: readonly Fields[]) => Fields | undefined;
}

/** Later members win. Absent ones and null do not. */
export function mergeFields(fields: readonly Fields[]): Fields {
  const given = fields.flatMap((each) => Object.entries(each));
  return Object.fromEntries(given.filter(([, value]) => value !== null && value !== undefined));
}
