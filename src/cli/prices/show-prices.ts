// Shows what a model costs by the price books, or which models they have. Calls no model and needs no network.
import { bookInfo } from '../../../projections/pricing/books/book-info.ts';
import { requireInstant } from '../../../projections/pricing/instant.ts';
import type { ParsedPrices } from '../../../projections/pricing/find-cards.ts';
import { nearestNames } from '../../../projections/pricing/names/nearest-names.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import { priceSheet, type PriceSheet } from '../../../projections/pricing/price-sheet.ts';
import { searchPrices } from '../../../projections/pricing/search-prices.ts';
import { PflowError } from '../../errors.ts';
import { booksInUse, gatewaysOf, priceRules, readPriceBooks } from '../../home/prices/pricing.ts';
import { formatCount } from '../../values/format-count.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { booksText, foundText, sheetText } from './price-text.ts';

export interface PricesOptions {
  readonly at?: string;
  readonly pricing: readonly string[];
  readonly search?: boolean;
  readonly json?: boolean;
  readonly format?: 'parquet';
  /** The file of the table. */
  readonly output?: string;
  readonly verbose?: boolean;
}

interface PricesReport {
  readonly json: unknown;
  readonly text: string;
}

export async function showPrices(
  model: string | undefined,
  options: PricesOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.format !== undefined || options.output !== undefined)
    return writeTable(model, options, terminal);
  const books = readBooks(options);
  const { json, text } = model === undefined ? describeBooks(books) : describeModel(model, books, options);
  terminal.out(options.json === true ? `${JSON.stringify(json, undefined, 2)}\n` : text);
  return 0;
}

function readBooks({ pricing }: PricesOptions): PriceBook[] {
  const inUse = booksInUse(process.env).map((book) => ('load' in book ? book.load() : book));
  return [...readPriceBooks(pricing), ...inUse];
}

async function writeTable(
  model: string | undefined,
  options: PricesOptions,
  terminal: Terminal,
): Promise<number> {
  const { format, output, at, json, search } = options;
  if (format === undefined || output === undefined) {
    throw new PflowError('USAGE', format === undefined ? '-o is for --format parquet' : '--format needs -o', {
      hint: 'pflow prices --format parquet -o prices.parquet',
    });
  }
  if (model !== undefined || json === true || search === true) {
    throw new PflowError('USAGE', '--format writes all prices: it takes no model, --json or --search', {
      hint: 'Leave them out: a table is searched with SQL.',
    });
  }
  const { exportPrices } = await import('./export-prices.ts');
  const moment = at === undefined ? Date.now() : requireInstant(at);
  const rows = exportPrices(sourcesOf(readBooks(options)), moment, output);
  terminal.err(`${output}: ${formatCount(rows, 'row')}\n`);
  return 0;
}

function describeBooks(books: readonly PriceBook[]): PricesReport {
  const facts = books.map((book) => ({
    ...bookInfo(book),
    models: new Set(book.names.values()).size,
    names: book.names.size,
  }));
  return { json: { books: facts }, text: booksText(facts) };
}

function describeModel(model: string, books: readonly PriceBook[], options: PricesOptions): PricesReport {
  const at = options.at === undefined ? Date.now() : requireInstant(options.at);
  const moment = options.at ?? new Date(at).toISOString();
  const sheet = options.search === true ? null : priceSheet(sourcesOf(books), model, at);
  if (sheet !== null) {
    if (options.at !== undefined) assertInForce(sheet, options.at);
    return { json: { at: moment, ...sheet }, text: sheetText(sheet, options.at) };
  }
  const found = searchPrices(books, model, at);
  if (found.length === 0) throw noPriceError(model, books);
  return { json: { at: moment, search: model, found }, text: foundText(found) };
}

const sourcesOf = (books: readonly PriceBook[]): ParsedPrices => ({
  books,
  rules: priceRules.load(),
  gateways: gatewaysOf(process.env),
});

function assertInForce({ entry, dated }: PriceSheet, at: string): void {
  if (dated.some(({ in_force }) => in_force)) return;
  throw new PflowError('NO_PRICE', `no price of ${entry} is in force at ${at}`, {
    details: dated.map(({ from, until }) => `known: from ${from ?? 'the beginning'} until ${until ?? 'now'}`),
    hint: 'Give another date with --at, or a price with --pricing FILE.',
  });
}

function noPriceError(model: string, books: readonly PriceBook[]): PflowError {
  const near = nearestNames(
    model,
    books.flatMap((book) => [...book.names.keys()]),
  );
  return new PflowError('NO_PRICE', `no price is known for ${model}`, {
    details: near.length === 0 ? [] : [`known names nearby are ${near.join(', ')}`],
    hint: 'Search with a part of the name, or give a price with --pricing FILE.',
  });
}
