// Formats saved workflows as rows. The description is the last column, since it is the longest.
import { formatAgo } from '../terminal/format.ts';
import { alignRows, type Row } from '../terminal/table.ts';
import type { SavedDocument } from './saved-document.ts';

/** `now` is milliseconds since 1970. No row is longer than `columns`. */
export function formatWorkflows(workflows: readonly SavedDocument[], now: number, columns: number): string {
  const [heading = '', ...lines] = alignRows(workflows.map((one) => toRow(one, now)));
  const cut = lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line));
  return `${[heading, ...cut].join('\n')}\n`;
}

/** `text [style]`: optional inputs are in brackets. */
export function formatInputNames({ inputs }: SavedDocument): string {
  return inputs.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ');
}

function toRow(document: SavedDocument, now: number): Row {
  const { name, runs, last_run, updated_at, description } = document;
  return {
    name,
    inputs: formatInputNames(document),
    runs,
    'last run': last_run === null ? '' : `${last_run.status} ${formatAgo(Date.parse(last_run.at), now)}`,
    changed: formatAgo(Date.parse(updated_at), now),
    description: description ?? '',
  };
}
