// Identifies the prices of a book. With the same prices a result can be reproduced.
import { parseInstant } from '../instant.ts';

/** Where a price book comes from. */
export interface BookInfo {
  /** A file name or a package, for display. */
  readonly source: string;
  readonly version: string;
  /** The day of the prices; null if unknown. */
  readonly date: string | null;
  /** Of the file that the prices were read from; null without a file. */
  readonly sha256: string | null;
}

/** The origin of a book. A version in the file itself takes precedence over `version`. */
export type BookOrigin = Pick<BookInfo, 'source' | 'version'> & Partial<BookInfo>;

/** Without a date, a book has the day that its version contains. */
export function bookInfo({ source, version, date, sha256 }: BookOrigin): BookInfo {
  const dated = /\d{4}-\d{2}-\d{2}/.exec(version)?.[0];
  const day = dated === undefined || parseInstant(dated) === null ? null : dated;
  return { source, version, date: date ?? day, sha256: sha256 ?? null };
}
