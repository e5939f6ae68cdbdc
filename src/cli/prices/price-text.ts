// Formats prices for people: the price books, a list of found models, and the price sheet of one model.
import type { BookInfo } from '../../../projections/pricing/books/book-info.ts';
import type { DatedPrices, PriceRow, PriceSheet } from '../../../projections/pricing/price-sheet.ts';
import type { FoundPrice } from '../../../projections/pricing/search-prices.ts';
import { formatCount, groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { alignRows } from '../terminal/table.ts';

export interface BookFacts extends BookInfo {
  readonly models: number;
  readonly names: number;
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

export function booksText(books: readonly BookFacts[]): string {
  const tables = books.flatMap(({ models, names, ...book }) => [
    ...provenance(book, { models: `${groupDigits(models)} under ${formatCount(names, 'name')}` }),
    '',
  ]);
  const order = books.length > 1 ? [colour.dim('the first of these that has a model counts'), ''] : [];
  const examples = ['pflow prices claude-sonnet-4-5', 'pflow prices "gpt 4o" --search'];
  return text([...tables, ...order, colour.dim('For example:'), ...examples.map((line) => `  ${line}`)]);
}

export function foundText(found: readonly FoundPrice[]): string {
  const sources = new Set(found.map(({ source }) => source));
  const rows = found.map(({ source, ...row }) => (sources.size > 1 ? { ...row, source } : row));
  return text([
    ...alignRows(rows),
    '',
    colour.dim(`${formatCount(found.length, 'model')}, USD per million tokens`),
  ]);
}

/** `at`: shows only the price in force then; undefined: every known price. */
export function sheetText(sheet: PriceSheet, at: string | undefined): string {
  const { entry, model, rule, names, book, dated, also_in } = sheet;
  const shown = at === undefined ? dated : dated.filter(({ in_force }) => in_force);
  const others = names.filter((name) => name !== entry);
  const facts = {
    matched: model === entry ? rule : `${model} by ${rule}`,
    ...(others.length === 0 ? {} : { names: others }),
  };
  return text([
    colour.bold(entry),
    ...provenance(book, facts),
    ...shown.flatMap((prices) => ['', ...datedLines(prices, shown.length > 1)]),
    ...also_in.map((other) => `\n${colour.dim(`also in ${other.source}: ${other.entry} (${other.rule})`)}`),
  ]);
}

/** Names and values. The hash is written in full, so that it can be compared. */
function provenance(book: BookInfo, more: Readonly<Record<string, string | readonly string[]>>): string[] {
  const { source, version, date, sha256 } = book;
  const facts: Readonly<Record<string, string | readonly string[]>> = {
    ...more,
    source,
    version,
    ...(date === null ? {} : { date }),
    ...(sha256 === null ? {} : { sha256 }),
  };
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts).map(
    ([name, value]) =>
      `${colour.dim(name.padEnd(width))}  ${typeof value === 'string' ? value : value.join(', ')}`,
  );
}

function datedLines(prices: DatedPrices, several: boolean): string[] {
  const { rows, requests, in_force } = prices;
  const period = periodOf(prices);
  const mark = several && in_force ? colour.green('  in force') : '';
  const perRequest = Object.entries(requests).map(([name, price]) => ({
    request: name,
    usd_per_1000: price,
  }));
  return [
    ...(period === '' ? [] : [`${colour.bold(period)}${mark}`]),
    ...alignRows(rows.map(rowOf)),
    ...(perRequest.length === 0 ? [] : ['', ...alignRows(perRequest)]),
  ];
}

function rowOf({ tier, service_tier, prices }: PriceRow): Readonly<Record<string, unknown>> {
  const name = [service_tier, tier].filter((part) => part !== null).join(', ');
  return { usd_per_million: name === '' ? 'plain' : name, ...prices };
}

function periodOf({ from, until, utc_window }: DatedPrices): string {
  return [
    from === null ? '' : `from ${from}`,
    until === null ? '' : `until ${until}`,
    utc_window === null ? '' : `${utc_window[0]} to ${utc_window[1]} UTC`,
  ]
    .filter(Boolean)
    .join(' ');
}
