// Which prices these are, so that a result can be made again with the same ones.
import { parseInstant } from '../instant.ts';

export interface BookInfo {
  /** A file name or a package, for people. */
  readonly source: string;
  readonly version: string;
  /** The day of the prices; null when nobody says. */
  readonly date: string | null;
  /** Of what the prices were read from; null when that is no file. */
  readonly sha256: string | null;
}

/** Where a book comes from. A version that the file itself names goes before `version`. */
export type BookOrigin = Pick<BookInfo, 'source' | 'version'> & Partial<BookInfo>;

/** Without a date of its own a book has the day that its version names. */
export function bookInfo({ source, version, date, sha256 }: BookOrigin): BookInfo {
  const named = /\d{4}-\d{2}-\d{2}/.exec(version)?.[0];
  const day = named === undefined || parseInstant(named) === null ? null : named;
  return { source, version, date: date ?? day, sha256: sha256 ?? null };
}
