// Writes the prices in use as a Parquet table: a row for each name, period, tier and service tier.
import type { ParsedPrices } from '../../../projections/pricing/find-cards.ts';
import { priceSheet, type PriceSheet } from '../../../projections/pricing/price-sheet.ts';
import { TOKEN_CLASSES } from '../../events/token-classes.ts';
import { writeOutput } from '../../home/write-file.ts';
import type { Columns, TableRow } from '../export/tables/columns.ts';
import { encodeParquet } from '../export/tables/parquet-bytes.ts';
import { RowStore, TextPool } from '../export/tables/row-store.ts';

const COLUMNS: Columns = {
  model: 'text',
  entry: 'text',
  source: 'text',
  price_from: 'time',
  price_until: 'time',
  in_force: 'flag',
  utc_window: 'text',
  days: 'text',
  tier: 'text',
  service_tier: 'text',
  ...Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 'usd'])),
};

/** Returns the number of rows. `at`: when prices are in force, in milliseconds since 1970. Throws FILE_UNWRITABLE. */
export function exportPrices(sources: ParsedPrices, at: number, output: string): number {
  const names = new Set(sources.books.flatMap((book) => [...book.names.keys()]));
  const rows = new RowStore(COLUMNS, new TextPool());
  for (const name of [...names].sort()) {
    const sheet = priceSheet(sources, name, at);
    if (sheet !== null) for (const row of rowsOf(name, sheet)) rows.add(row);
  }
  writeOutput(output, encodeParquet(rows, {}).bytes);
  return rows.length;
}

function rowsOf(model: string, { entry, book, dated }: PriceSheet): TableRow[] {
  return dated.flatMap(({ from, until, in_force, utc_window, days, rows }) =>
    rows.map(({ tier, service_tier, prices }) => ({
      ...{ model, entry, source: book.source, price_from: from, price_until: until, in_force },
      ...{ utc_window: utc_window?.join('-'), days: days?.join(' '), tier, service_tier },
      ...prices,
    })),
  );
}
