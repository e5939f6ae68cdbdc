// Prints the saved workflows for `pflow workflow list`. It reports files that are not valid workflows.
import { homeFolder } from '../../home/paths.ts';
import { readSavedWorkflows, type BrokenWorkflow } from '../../home/saved-workflows/list-saved.ts';
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import { formatList, formatOf, type ListFormat } from '../terminal/list-format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { toSavedDocument, type SavedDocument } from './saved-document.ts';
import { formatInputNames, formatWorkflows } from './workflow-table.ts';

export interface WorkflowFlags {
  readonly json?: boolean;
  readonly format?: ListFormat;
  readonly verbose?: boolean;
}

export function listWorkflows(filter: readonly string[], flags: WorkflowFlags, terminal: Terminal): number {
  const list = readSavedWorkflows(homeFolder(process.env));
  const words = filter.flatMap((text) => text.toLowerCase().split(/\s+/u)).filter((word) => word !== '');
  const documents = list.workflows.map(toSavedDocument);
  const workflows = documents.filter((document) => containsAll(searchTextOf(document), words));
  const broken = list.broken.filter(({ name }) => containsAll(name.toLowerCase(), words));
  const format = formatOf(flags);
  if (format === 'json') terminal.out(`${formatJson({ workflows, broken }, 2)}\n`);
  else if (format !== 'table') terminal.out(formatList(workflows.map(toListRow), COLUMNS, format));
  else if (workflows.length === 0) terminal.out(formatNoMatch(documents.length, filter));
  else {
    const columns = terminal.outIsTerminal ? terminal.columns() : Infinity;
    terminal.out(formatWorkflows(workflows, Date.now(), columns));
  }
  for (const one of broken) terminal.err(formatBroken(one));
  for (const one of workflows) terminal.err(formatHistoryWarning(one));
  return 0;
}

const COLUMNS = ['name', 'inputs', 'runs', 'last_status', 'last_run_at', 'updated_at', 'description'];

function toListRow(document: SavedDocument): Readonly<Record<string, unknown>> {
  const { name, runs, last_run, updated_at, description } = document;
  return {
    ...{ name, inputs: formatInputNames(document), runs },
    ...{ last_status: last_run?.status ?? null, last_run_at: last_run?.at ?? null },
    ...{ updated_at, description },
  };
}

function searchTextOf(document: SavedDocument): string {
  const { name, description, keywords, capabilities, typical_uses, node_types } = document;
  return [name, description ?? '', ...keywords, ...capabilities, ...typical_uses, ...node_types]
    .join('\n')
    .toLowerCase();
}

function containsAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function formatNoMatch(saved: number, filter: readonly string[]): string {
  if (saved === 0) return `${colour.dim('nothing is saved yet: pflow workflow save FILE')}\n`;
  return `${colour.dim(`none of ${formatCount(saved, 'saved workflow')} contains "${filter.join(' ')}"`)}\n`;
}

function formatBroken({ name, problem, details }: BrokenWorkflow): string {
  const lines = details.map((detail) => `  ${detail.replaceAll('\n', '\n  ')}\n`);
  return `${colour.yellow('broken')} ${name}: ${problem}\n${lines.join('')}`;
}

function formatHistoryWarning({ name, unreadable_history_lines: count }: SavedDocument): string {
  if (count === 0) return '';
  return formatLabelledLine(
    'warning',
    `${name}: ${formatCount(count, 'line')} of its history cannot be read and may be missing from its runs`,
  );
}
