// `pflow prices update` and `pflow prices diff`: shows what differs between price lists.
import {
  compareBooks,
  hasChanges,
  type BookChanges,
} from '../../../projections/pricing/books/compare-books.ts';
import { requireInstant } from '../../../projections/pricing/instant.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import { booksInUse, catalogue, readPriceBooks } from '../../home/prices/pricing.ts';
import { mergedBooks, updatePrices, type PriceUpdate } from '../../home/prices/update-prices.ts';
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface UpdateFlags {
  readonly from: readonly string[];
  readonly date?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

export interface DiffFlags {
  readonly at?: string;
  readonly json?: boolean;
}

export async function updateCommand(flags: UpdateFlags, terminal: Terminal): Promise<number> {
  if (flags.date !== undefined) requireInstant(flags.date);
  const update = await updatePrices({
    from: flags.from.length === 0 ? ['npm'] : flags.from,
    date: flags.date?.slice(0, 10),
    check: flags.check === true,
    env: process.env,
    now: Date.now(),
  });
  const { books, changes, written, notes } = update;
  const json = { books, written, changes, notes };
  terminal.out(flags.json === true ? `${JSON.stringify(json, undefined, 2)}\n` : updateText(update));
  return flags.check === true && update.hasChanges ? 1 : 0;
}

export function diffCommand(
  before: string | undefined,
  after: string | undefined,
  flags: DiffFlags,
  terminal: Terminal,
): number {
  const at = flags.at === undefined ? Date.now() : requireInstant(flags.at);
  const changes = compareBooks(bookFrom(before, catalogue.load()), bookFrom(after, pricesInUse()), at);
  terminal.out(
    flags.json === true
      ? `${JSON.stringify(changes, undefined, 2)}\n`
      : `${changeLines(changes).join('\n')}\n`,
  );
  return 0;
}

const bookFrom = (path: string | undefined, other: PriceBook): PriceBook =>
  path === undefined ? other : (readPriceBooks([path])[0] ?? other);

const pricesInUse = (): PriceBook =>
  mergedBooks(booksInUse(process.env).map((book) => ('load' in book ? book.load() : book)));

function updateText({ books, changes, written, notes }: PriceUpdate): string {
  const sources = books.map(
    ({ source, version, date, file }) =>
      `${written ? 'in use' : 'read'}  ${source} ${version}, prices of ${date ?? 'an unknown day'}${written ? ` (${file})` : ''}`,
  );
  return `${[...sources, ...notes, '', ...changeLines(changes)].join('\n')}\n`;
}

/** A long list is shortened; `--json` has all of it. */
const MAX_LINES = 40;

function changeLines(changes: BookChanges): string[] {
  if (!hasChanges(changes)) return ['no price differs'];
  const { added, removed, renamed, free, changed } = changes;
  return [
    ...shortened(
      'changed',
      changed.map(({ entry, before, after }) => {
        const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
        return `${entry}: ${names.map((name) => `${name} ${before[name] ?? '-'} → ${after[name] ?? '-'}`).join(', ')}`;
      }),
    ),
    ...shortened(
      'renamed',
      renamed.map(({ before, after }) => `${before} → ${after}`),
    ),
    ...shortened('price of 0, the price before it stays in use', free),
    ...shortened('new', added),
    ...shortened('gone from the list', removed),
  ];
}

function shortened(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - MAX_LINES;
  return [
    colour.bold(`${title} (${formatCount(lines.length, 'model')})`),
    ...lines.slice(0, MAX_LINES).map((line) => `  ${line}`),
    ...(more > 0 ? [colour.dim(`  and ${String(more)} more; --json lists all`)] : []),
  ];
}
