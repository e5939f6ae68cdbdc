// Keeps updated price books in `PFLOW_HOME/prices`: a file for each book, and a list of those in use. Old files stay.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PflowError } from '../../errors.ts';
import type { RawBook } from '../../../projections/pricing/books/book-schema.ts';
import { trustedPriceBook } from '../../../projections/pricing/books/parse-price-book.ts';
import type { LazyBook } from '../../../projections/pricing/create-pricing.ts';
import { parseJsonFile, readTextFile } from '../text-file.ts';
import { createFileAtomically, replaceFileAtomically } from '../write-file.ts';

const storedBook = z.strictObject({
  file: z.string().regex(/^[\w.+-]+\.json$/),
  source: z.string(),
  version: z.string(),
  date: z.string().nullable(),
  sha256: z.string().describe('of the file'),
});

const storeSchema = z.strictObject({
  books: z.array(storedBook).describe('the first one that knows a model wins'),
});

export type StoredBook = z.infer<typeof storedBook>;

const HINT = 'Update the prices again with "pflow prices update", or delete the folder.';

const pricesFolder = (home: string): string => join(home, 'prices');
const listPath = (home: string): string => join(pricesFolder(home), 'in-use.json');

function storedBookPath(home: string, { file }: StoredBook): string {
  return join(pricesFolder(home), file);
}

/** Lists the updated books in use; an empty list without an update. Throws PRICES_INVALID. */
export function readStore(home: string): readonly StoredBook[] {
  const path = listPath(home);
  const text = readTextFile(path);
  if (text === undefined) return [];
  const checked = storeSchema.safeParse(parseJsonFile({ text, path, code: 'PRICES_INVALID', hint: HINT }));
  if (checked.success) return checked.data.books;
  throw new PflowError('PRICES_INVALID', `${path} is not a list of price books`, { hint: HINT });
}

/** The books in use that can be read, and what is wrong with the others. */
export interface UsableStore {
  readonly books: readonly StoredBook[];
  readonly problems: readonly string[];
}

/** Reads what an update can replace: a damaged list or book is a problem and not an error. */
export function readUsableStore(home: string): UsableStore {
  const problems: string[] = [];
  const usable = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof PflowError) || error.code !== 'PRICES_INVALID') throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const stored = usable(() => readStore(home)) ?? [];
  const books = stored.filter((book) => usable(() => lazyStoredBook(home, book).load()) !== undefined);
  return { books, problems };
}

/** Reads a book when the first call is priced, and checks it against its hash. */
export function lazyStoredBook(home: string, stored: StoredBook): LazyBook {
  const { source, version, date, sha256 } = stored;
  const origin = { source, version, date, sha256 };
  return {
    ...origin,
    load: () => trustedPriceBook(readStoredBook(home, stored), origin),
  };
}

/** Throws PRICES_INVALID for a book that is missing or was changed. */
export function readStoredBook(home: string, stored: StoredBook): RawBook {
  const path = storedBookPath(home, stored);
  const text = readTextFile(path);
  if (text === undefined || hashOf(text) !== stored.sha256) {
    const what = text === undefined ? 'is missing' : 'is not what was written: its hash differs';
    throw new PflowError('PRICES_INVALID', `the price book ${path} ${what}`, { hint: HINT });
  }
  return JSON.parse(text) as RawBook;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes one line for each model, so that a changed price changes one line. */
function bookText(book: RawBook): string {
  const { models, ...head } = book;
  const lines = Object.entries(models)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, card]) => `${JSON.stringify(name)}:${JSON.stringify(card)}`);
  return `${JSON.stringify(head).slice(0, -1)},"models":{\n${lines.join(',\n')}\n}}\n`;
}

export function storedBookOf(book: RawBook): StoredBook {
  const sha256 = hashOf(bookText(book));
  const { source = 'prices', version = '', date = null } = book;
  const slug = source.replace(/[^\w.-]+/g, '-').replace(/^-+/, '');
  const file = `${[slug, date ?? 'undated', sha256.slice(0, 12)].join('-')}.json`;
  return { file, source, version, date, sha256 };
}

/** Writes new books, then the list of those in use: a reader sees the old list or the new one. */
export function writeStore(home: string, books: readonly RawBook[], behind: readonly StoredBook[]): void {
  try {
    mkdirSync(pricesFolder(home), { recursive: true });
    for (const book of books) writeBook(storedBookPath(home, storedBookOf(book)), bookText(book));
    const list = { books: [...books.map(storedBookOf), ...behind] };
    replaceFileAtomically(listPath(home), `${JSON.stringify(list, undefined, 2)}\n`);
  } catch (error) {
    if (error instanceof PflowError) throw error;
    throw new PflowError('FILE_UNWRITABLE', `the prices cannot be written to ${pricesFolder(home)}`, {
      details: [(error as Error).message],
      hint: 'Check the permissions of the folder, or set PFLOW_HOME.',
      cause: error,
    });
  }
}

/** A file of that name has the same bytes, unless it was damaged. */
function writeBook(path: string, text: string): void {
  if (createFileAtomically(path, text)) return;
  const found = readFileSync(path);
  if (!found.equals(Buffer.from(text))) replaceFileAtomically(path, text);
}
