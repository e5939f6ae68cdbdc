// `pflow workflow list`: lists saved workflows, and files beside them that are not workflows.
import type { WorkflowFlags } from './command.ts';
import { homeFolder } from '../../home/paths.ts';
import { colour } from '../terminal/colour.ts';
import { formatCount } from '../../values/format-count.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readSavedWorkflows, type BrokenWorkflow } from '../../home/saved-workflows/list-saved.ts';
import { formatWorkflows } from './list-text.ts';
import { toSavedDocument, type SavedDocument } from './saved-document.ts';

export function listWorkflows(filter: readonly string[], flags: WorkflowFlags, terminal: Terminal): number {
  const list = readSavedWorkflows(homeFolder(process.env));
  const words = filter.flatMap((text) => text.toLowerCase().split(/\s+/u)).filter((word) => word !== '');
  const documents = list.workflows.map(toSavedDocument);
  const workflows = documents.filter((one) => holdsAll(wordsOf(one), words));
  const broken = list.broken.filter(({ name }) => holdsAll(name.toLowerCase(), words));
  if (flags.json === true) terminal.out(`${JSON.stringify({ workflows, broken }, undefined, 2)}\n`);
  else if (workflows.length === 0) terminal.out(nothing(documents.length, filter));
  else
    terminal.out(
      formatWorkflows(workflows, Date.now(), terminal.outIsTerminal ? terminal.columns() : Infinity),
    );
  for (const one of broken) terminal.err(brokenText(one));
  for (const one of workflows) terminal.err(lostText(one));
  return 0;
}

function wordsOf({
  name,
  description,
  keywords,
  capabilities,
  typical_uses,
  node_types,
}: SavedDocument): string {
  return [name, description ?? '', ...keywords, ...capabilities, ...typical_uses, ...node_types]
    .join('\n')
    .toLowerCase();
}

function holdsAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function nothing(count: number, filter: readonly string[]): string {
  if (count === 0) return `${colour.dim('nothing is saved yet: pflow workflow save FILE')}\n`;
  return `${colour.dim(`none of ${formatCount(count, 'saved workflow')} has "${filter.join(' ')}" in it`)}\n`;
}

function brokenText({ name, problem, details }: BrokenWorkflow): string {
  const lines = details.map((detail) => `  ${detail.replaceAll('\n', '\n  ')}\n`);
  return `${colour.yellow('broken')} ${name}: ${problem}\n${lines.join('')}`;
}

function lostText({ name, unreadable_history_lines: count }: SavedDocument): string {
  if (count === 0) return '';
  return `${colour.yellow('warning')} ${name}: ${formatCount(count, 'line')} of its history cannot be read and may be missing from its runs\n`;
}
