// Prints the saved workflows for `pflow workflow list`. It reports files that are not valid workflows.
import { homeFolder } from '../../home/paths.ts';
import { readSavedWorkflows, type BrokenWorkflow } from '../../home/saved-workflows/list-saved.ts';
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { toSavedDocument, type SavedDocument } from './saved-document.ts';
import { formatWorkflows } from './workflow-table.ts';

export interface WorkflowFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function listWorkflows(filter: readonly string[], flags: WorkflowFlags, terminal: Terminal): number {
  const list = readSavedWorkflows(homeFolder(process.env));
  const words = filter.flatMap((text) => text.toLowerCase().split(/\s+/u)).filter((word) => word !== '');
  const documents = list.workflows.map(toSavedDocument);
  const workflows = documents.filter((document) => containsAll(searchTextOf(document), words));
  const broken = list.broken.filter(({ name }) => containsAll(name.toLowerCase(), words));
  if (flags.json === true) terminal.out(`${formatJson({ workflows, broken }, 2)}\n`);
  else if (workflows.length === 0) terminal.out(formatNoMatch(documents.length, filter));
  else {
    const columns = terminal.outIsTerminal ? terminal.columns() : Infinity;
    terminal.out(formatWorkflows(workflows, Date.now(), columns));
  }
  for (const one of broken) terminal.err(formatBroken(one));
  for (const one of workflows) terminal.err(formatHistoryWarning(one));
  return 0;
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
