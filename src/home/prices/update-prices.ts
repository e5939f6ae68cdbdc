// Updates the prices of a user: reads one or more sources, compares them with the prices in use, and keeps the result.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { RawBook } from '../../../projections/pricing/books/book-schema.ts';
import {
  compareBooks,
  hasChanges,
  type BookChanges,
} from '../../../projections/pricing/books/compare-books.ts';
import { CATALOGUE } from '../../../projections/pricing/books/catalogue-version.ts';
import { trustedPriceBook } from '../../../projections/pricing/books/parse-price-book.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import { PflowError } from '../../errors.ts';
import { homeFolder } from '../paths.ts';
import { readTextFile } from '../text-file.ts';
import { parsePrices } from './parse-prices.ts';
import { download, type DownloadOptions } from './download.ts';
import { npmPriceList, PACKAGE } from './npm-prices.ts';
import { rawBookOf, type PriceList } from './price-list.ts';
import { lazyStoredBook, readUsableStore, storedBookOf, writeStore, type StoredBook } from './price-store.ts';
import { catalogue } from './pricing.ts';

export interface UpdateOptions {
  /** `npm`, files and addresses. The first one that knows a model wins. */
  readonly from: readonly string[];
  /** The day of the prices of files and addresses, instead of the one they have. */
  readonly date?: string | undefined;
  /** Compares only, and writes nothing. */
  readonly check: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** For each download; one minute if absent. */
  readonly timeoutMs?: number;
}

export interface PriceUpdate {
  readonly books: readonly StoredBook[];
  readonly changes: BookChanges;
  readonly hasChanges: boolean;
  readonly written: boolean;
  /** What happened to books in use, and which new ones come after others. */
  readonly notes: readonly string[];
}

const NO_CHANGES: BookChanges = { added: [], removed: [], renamed: [], free: [], changed: [] };

/** Throws PRICES_UNAVAILABLE, PRICES_INVALID, FILE_NOT_FOUND or FILE_UNREADABLE; the prices in use then stay. */
export async function updatePrices(options: UpdateOptions): Promise<PriceUpdate> {
  const { env, now, check } = options;
  const home = homeFolder(env);
  const lists: PriceList[] = [];
  for (const from of options.from) lists.push(assertNotFuture(await readList(from, options), now));
  const { books: inUse, problems } = readUsableStore(home);
  const fresh = lists.filter((list) => newerInUse(list, inUse) === undefined);
  const notes = [
    ...problems.map((problem) => `not used any more: ${problem}`),
    ...lists.flatMap((list) => orderNotes(list, inUse)),
  ];
  if (fresh.length === 0) {
    return { books: [], changes: NO_CHANGES, hasChanges: false, written: false, notes };
  }
  const before = [...inUse.map((book) => lazyStoredBook(home, book).load()), catalogue.load()];
  const read = fresh.map(rawBookOf);
  const changes = changesOf(before, read.map(bookOf), now);
  const books = read.map((book) => withoutFree(book, changes.free));
  const result = { books: books.map(storedBookOf), changes, hasChanges: hasChanges(changes), notes };
  if (check) return { ...result, written: false };
  const files = new Set(result.books.map(({ file }) => file));
  // Read again: another update may have ended meanwhile.
  writeStore(home, books, keptBehind(home, readUsableStore(home).books, books, files));
  return { ...result, written: true };
}

const DAY_MS = 24 * 3_600_000;

/** Prices of a day to come would never be old. A day more is that of another time zone. */
function assertNotFuture(list: PriceList, now: number): PriceList {
  const { date, source } = list;
  if (date === null || Date.parse(date) <= now + DAY_MS) return list;
  throw new PflowError('PRICES_INVALID', `the prices of ${source} have a day in the future, ${date}`, {
    hint: 'Nothing was changed. Check the clock of this machine, or take the prices from a file with --date DAY.',
  });
}

/** A registry with older prices than before, such as a mirror, changes nothing. */
function newerInUse({ source, date }: PriceList, inUse: readonly StoredBook[]): StoredBook | undefined {
  if (source !== PACKAGE || date === null) return undefined;
  return inUse.find((book) => book.source === source && book.date !== null && book.date > date);
}

function orderNotes(list: PriceList, inUse: readonly StoredBook[]): string[] {
  const { source, version, date } = list;
  const newer = newerInUse(list, inUse);
  if (newer !== undefined) {
    return [`${source} ${version} is older than ${newer.version}, which stays in use`];
  }
  if (date === null || date >= CATALOGUE.date) return [];
  return [
    `${source} is older than the built-in prices of ${CATALOGUE.date}: it only adds models that those lack`,
  ];
}

/** Entries that a list no longer has are gone from that list only: other lists do not have to know them. */
function changesOf(before: readonly PriceBook[], read: readonly PriceBook[], now: number): BookChanges {
  const own = read.flatMap((book) => {
    const earlier = before.find(({ source }) => source === book.source);
    return earlier === undefined ? [] : [compareBooks(earlier, book, now)];
  });
  return {
    ...compareBooks(mergedBooks(before), mergedBooks(read), now),
    removed: own.flatMap(({ removed }) => removed),
    renamed: own.flatMap(({ renamed }) => renamed),
  };
}

const bookOf = (book: RawBook): PriceBook =>
  trustedPriceBook(book, { source: book.source ?? '', version: book.version ?? '', date: book.date ?? null });

/** A price of 0 is more often a mistake than a gift: the price before it stays in use. */
function withoutFree(book: RawBook, free: readonly string[]): RawBook {
  if (free.length === 0) return book;
  const models = Object.entries(book.models).filter(([name]) => !free.includes(name));
  return { ...book, models: Object.fromEntries(models) };
}

/** Earlier books stay behind the new ones for entries that no book before them has. */
function keptBehind(
  home: string,
  inUse: readonly StoredBook[],
  books: readonly RawBook[],
  files: ReadonlySet<string>,
): StoredBook[] {
  const known = new Set(books.flatMap(({ models }) => Object.keys(models)));
  const builtIn = new Set(catalogue.load().names.values());
  return inUse.filter((stored) => {
    if (files.has(stored.file)) return false;
    const isOlder = stored.date !== null && stored.date < CATALOGUE.date;
    const entries = [...new Set(lazyStoredBook(home, stored).load().names.values())];
    const own = entries.filter((entry) => !known.has(entry) && !(isOlder && builtIn.has(entry)));
    for (const entry of own) known.add(entry);
    return own.length > 0;
  });
}

/** Several books as one: the first one that has a name wins. */
export function mergedBooks(books: readonly PriceBook[]): PriceBook {
  const [first, ...rest] = books;
  if (first === undefined) throw new PflowError('USAGE', 'there is no source of prices');
  const names = new Map<string, string>();
  const owner = new Map<string, PriceBook>();
  for (const book of books) {
    for (const [name, entry] of book.names) {
      if (names.has(name)) continue;
      names.set(name, entry);
      if (!owner.has(entry)) owner.set(entry, book);
    }
  }
  return rest.length === 0 ? first : { ...first, names, entry: (id) => (owner.get(id) ?? first).entry(id) };
}

async function readList(from: string, options: UpdateOptions): Promise<PriceList> {
  const { date, now } = options;
  if (from === 'npm') return npmPriceList(options);
  const isAddress = /^https?:\/\//i.test(from);
  const { text, day } = isAddress ? await readAddress(from, options) : readFile(from);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const hint = 'docs/cost.md describes the forms of price lists.';
  const json = parsePrices(text, from, hint);
  const source = basename(isAddress ? new URL(from).pathname : from);
  const today = new Date(now).toISOString().slice(0, 10);
  // A clock that is ahead must not make prices newer than they are.
  const known = date ?? (day === null || day > today ? today : day);
  return { json, source, version: `sha256:${sha256.slice(0, 12)}+${known}`, date: known, sha256 };
}

async function readAddress(
  url: string,
  options: DownloadOptions,
): Promise<{ readonly text: string; readonly day: string | null }> {
  const { bytes, day } = await download(url, options);
  return { text: bytes.toString('utf8'), day };
}

/** Reads a file. Without a date of its own it has the day of its last change. */
function readFile(path: string): { readonly text: string; readonly day: string | null } {
  const text = readTextFile(path);
  if (text === undefined || !existsSync(path)) {
    throw new PflowError('FILE_NOT_FOUND', `there is no price file ${path}`, {
      hint: 'Check the path after --from.',
    });
  }
  return { text, day: statSync(path).mtime.toISOString().slice(0, 10) };
}
