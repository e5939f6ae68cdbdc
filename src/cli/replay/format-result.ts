// Formats a result: one JSON document, one JSON line for each element, or a table for people.
import { costLinesText } from './cost-lines-text.ts';
import { formatTable } from '../terminal/table.ts';

export type ResultFormat = 'json' | 'table' | 'ndjson';

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
  }
}
