// Saved workflows as rows for people: the description last, since it is the longest.
import { formatAgo } from '../terminal/format.ts';
import { alignRows, type Row } from '../terminal/rows.ts';
import type { SavedDocument } from './saved-document.ts';

/** `now` is milliseconds since 1970; no line is longer than `columns`. */
export function formatWorkflows(workflows: readonly SavedDocument[], now: number, columns: number): string {
  const [heading = '', ...lines] = alignRows(workflows.map((one) => rowOf(one, now)));
  const cut = lines.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line));
  return `${[heading, ...cut].join('\n')}\n`;
}

function rowOf({ name, inputs, runs, last_run, updated_at, description }: SavedDocument, now: number): Row {
  return {
    name,
    inputs: inputs.map((input) => (input.required ? input.name : `[${input.name}]`)).join(' '),
    runs,
    'last run': last_run === null ? '' : `${last_run.status} ${formatAgo(Date.parse(last_run.at), now)}`,
    changed: formatAgo(Date.parse(updated_at), now),
    description: description ?? '',
  };
}
