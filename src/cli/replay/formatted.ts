// A result as text: one JSON document, one JSON line for each element, or a table for people.
import type { ReplayFlags } from '../commands/replay.ts';
import { tableOf } from './table.ts';

export function formatted(result: unknown, format: ReplayFlags['format']): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, undefined, 2)}\n`;
    case 'ndjson':
      return (Array.isArray(result) ? result : [result]).map((one) => `${JSON.stringify(one)}\n`).join('');
    case 'table':
      return tableOf(result);
  }
}
