// Formats a result: one JSON document, one JSON line for each element, a table, or rows.
import { PflowError } from '../../errors.ts';
import { formatList } from '../terminal/list-format.ts';
import { costLinesText } from './cost-lines-text.ts';
import { formatTable } from '../terminal/table.ts';
import { isObject } from '../../values/json-fields.ts';

export type ResultFormat = 'json' | 'table' | 'ndjson' | 'csv' | 'markdown';

/** `names`: the projections of the result; several results are in it by their names. */
export function formatResult(result: unknown, names: readonly string[], format: ResultFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, undefined, 2)}\n`;
    case 'ndjson':
      return (Array.isArray(result) ? result : [result]).map((one) => `${JSON.stringify(one)}\n`).join('');
    case 'table':
      if (!names.includes('cost')) return formatTable(result);
      return formatTable(result, { [names.length === 1 ? 'lines' : 'cost.lines']: costLinesText });
    case 'csv':
    case 'markdown': {
      const rows = rowsOf(result, names, format);
      if (rows.length === 0) return '';
      return formatList(rows, [...new Set(rows.flatMap((row) => Object.keys(row)))], format);
    }
  }
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of a list. A result of a log with damage has its list in `result`, and notes are on stderr. */
function rowsOf(result: unknown, names: readonly string[], format: 'csv' | 'markdown'): readonly Row[] {
  const marked = isObject(result) && 'log' in result ? result['result'] : result;
  if (names.length === 1 && Array.isArray(marked) && marked.every(isObject)) return marked;
  throw new PflowError(
    'USAGE',
    `--format ${format} prints one list, and the result of ${names.join(', ')} is not one`,
    {
      hint: 'Lists are runs, steps, timeline, warnings and answers, of one run at a time.',
    },
  );
}
