// `pflow prices`: what a model costs by the price books, or which models there are. Nothing is asked of anybody.
import { bookInfo } from '../../../projections/pricing/books/book-info.ts';
import { requireInstant } from '../../../projections/pricing/require-instant.ts';
import { nearestNames } from '../../../projections/pricing/names/nearest-names.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import { priceSheet, type PriceSheet } from '../../../projections/pricing/price-sheet.ts';
import { searchPrices } from '../../../projections/pricing/search-prices.ts';
import { PflowError } from '../../errors.ts';
import type { PricesOptions } from './command.ts';
import { catalogue, readBooks } from '../../home/pricing.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { booksText, foundText, sheetText } from './price-text.ts';

interface Answer {
  readonly json: unknown;
  readonly text: string;
}

export function showPrices(model: string | undefined, flags: PricesOptions, terminal: Terminal): number {
  const books = [...readBooks(flags.pricing), catalogue.load()];
  const { json, text } = model === undefined ? aboutBooks(books) : aboutModel(model, books, flags);
  terminal.out(flags.json === true ? `${JSON.stringify(json, undefined, 2)}\n` : text);
  return 0;
}

function aboutBooks(books: readonly PriceBook[]): Answer {
  const facts = books.map((book) => ({
    ...bookInfo(book),
    models: new Set(book.names.values()).size,
    names: book.names.size,
  }));
  return { json: { books: facts }, text: booksText(facts) };
}

function aboutModel(model: string, books: readonly PriceBook[], flags: PricesOptions): Answer {
  const at = flags.at === undefined ? Date.now() : requireInstant(flags.at);
  const moment = flags.at ?? new Date(at).toISOString();
  const sheet = flags.search === true ? null : priceSheet(books, model, at);
  if (sheet !== null) {
    if (flags.at !== undefined) requirePrice(sheet, flags.at);
    return { json: { at: moment, ...sheet }, text: sheetText(sheet, flags.at) };
  }
  const found = searchPrices(books, model, at);
  if (found.length === 0) throw noPrice(model, books);
  return { json: { at: moment, search: model, found }, text: foundText(found) };
}

function requirePrice({ entry, dated }: PriceSheet, at: string): void {
  if (dated.some(({ in_force }) => in_force)) return;
  throw new PflowError('NO_PRICE', `no price of ${entry} is in force at ${at}`, {
    details: dated.map(({ from, until }) => `there is one from ${from ?? 'ever'} until ${until ?? 'now'}`),
    hint: 'Give another date with --at, or a price with --pricing FILE.',
  });
}

function noPrice(model: string, books: readonly PriceBook[]): PflowError {
  const near = nearestNames(
    model,
    books.flatMap((book) => [...book.names.keys()]),
  );
  return new PflowError('NO_PRICE', `no price is known for ${model}`, {
    details: near.length === 0 ? [] : [`known names nearby are ${near.join(', ')}`],
    hint: 'Search with a part of the name, or give a price with --pricing FILE.',
  });
}
