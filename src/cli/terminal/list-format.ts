// Prints a list of flat rows as CSV, NDJSON, JSON or a Markdown table.
import { escapeInvisible } from '../../values/escape-text.ts';

export const LIST_FORMATS = ['table', 'json', 'ndjson', 'csv', 'markdown'] as const;

export type ListFormat = (typeof LIST_FORMATS)[number];

export interface ListFlags {
  readonly json?: boolean;
  readonly format?: ListFormat;
}

/** `--json` is `--format json`. */
export function formatOf({ json, format = 'table' }: ListFlags): ListFormat {
  return json === true ? 'json' : format;
}

type ListRow = Readonly<Record<string, unknown>>;

/** `columns`: the members that CSV and Markdown print, in their order. */
export function formatList(
  rows: readonly ListRow[],
  columns: readonly string[],
  format: Exclude<ListFormat, 'table'>,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(rows, undefined, 2)}\n`;
    case 'ndjson':
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    case 'csv':
      return [columns, ...rows.map((row) => columns.map((name) => plainText(row[name])))]
        .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
        .join('');
    case 'markdown':
      return [
        columns,
        columns.map(() => '---'),
        ...rows.map((row) => columns.map((name) => markdownCell(plainText(row[name])))),
      ]
        .map((cells) => `| ${cells.join(' | ')} |\n`)
        .join('');
    default:
      return format satisfies never;
  }
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe. */
function csvCell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.])/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function markdownCell(text: string): string {
  return escapeInvisible(text.replaceAll(/\s+/gu, ' ')).replaceAll(/[\\|`*_<>[\]]/gu, '\\$&');
}
