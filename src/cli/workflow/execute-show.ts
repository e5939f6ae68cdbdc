// `pflow workflow show`: prints the workflow as it is in its file, so that it can be piped. On a terminal its history is
// printed first, on stderr.
import type { WorkflowFlags } from './command.ts';
import { homeFolder } from '../../home/paths.ts';
import { colour } from '../terminal/colour.ts';
import { formatAgo } from '../terminal/format.ts';
import { formatCount } from '../../values/format-count.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readSavedWorkflow } from '../../home/saved-workflows/read-saved.ts';
import { toSavedDocument, type SavedDocument } from './saved-document.ts';

export function showWorkflow(name: string, flags: WorkflowFlags, terminal: Terminal): number {
  const saved = readSavedWorkflow(homeFolder(process.env), name);
  const facts = toSavedDocument(saved);
  if (flags.json === true) {
    terminal.out(`${JSON.stringify({ ...facts, workflow: saved.ir }, undefined, 2)}\n`);
    return 0;
  }
  if (terminal.outIsTerminal && terminal.errIsTerminal) terminal.err(headerText(facts, Date.now()));
  terminal.out(saved.text.endsWith('\n') ? saved.text : `${saved.text}\n`);
  return 0;
}

function headerText(facts: SavedDocument, now: number): string {
  const { last_run, runs } = facts;
  const last =
    last_run === null ? '' : `, last ${formatAgo(Date.parse(last_run.at), now)}: ${last_run.status}`;
  const lines: readonly (readonly [string, string])[] = [
    ['file', facts.path],
    ['inputs', facts.inputs.map((input) => (input.required ? input.name : `[${input.name}]`)).join(' ')],
    ['runs', `${formatCount(runs, 'run')}${last}`],
    ['keywords', facts.keywords.join(', ')],
  ];
  const shown = lines.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([label]) => label.length));
  const about = facts.description === null ? '' : `  ${facts.description}`;
  return [
    `${colour.bold(facts.name)}${about}`,
    ...shown.map(([label, value]) => `${colour.dim(label.padEnd(width))}  ${value}`),
    '\n',
  ].join('\n');
}
