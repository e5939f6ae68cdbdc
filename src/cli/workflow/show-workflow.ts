// Prints a saved workflow for `pflow workflow show`: its file on stdout, unchanged, so that it can be piped. On a
// terminal a summary precedes it on stderr.
import { homeFolder } from '../../home/paths.ts';
import { readSavedWorkflow } from '../../home/saved-workflows/read-saved.ts';
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { formatAgo } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { WorkflowFlags } from './list-workflows.ts';
import { toSavedDocument, type SavedDocument } from './saved-document.ts';
import { formatInputNames } from './workflow-table.ts';

export function showWorkflow(name: string, flags: WorkflowFlags, terminal: Terminal): number {
  const saved = readSavedWorkflow(homeFolder(process.env), name);
  const document = toSavedDocument(saved);
  if (flags.json === true) {
    terminal.out(`${formatJson({ ...document, workflow: saved.ir }, 2)}\n`);
    return 0;
  }
  if (terminal.outIsTerminal && terminal.errIsTerminal) terminal.err(formatSummary(document, Date.now()));
  terminal.out(saved.text.endsWith('\n') ? saved.text : `${saved.text}\n`);
  return 0;
}

/** `now` is milliseconds since 1970. */
function formatSummary(document: SavedDocument, now: number): string {
  const { last_run, runs } = document;
  const last =
    last_run === null ? '' : `, last ${formatAgo(Date.parse(last_run.at), now)}: ${last_run.status}`;
  const lines: readonly (readonly [string, string])[] = [
    ['file', document.path],
    ['inputs', formatInputNames(document)],
    ['runs', `${formatCount(runs, 'run')}${last}`],
    ['keywords', document.keywords.join(', ')],
  ];
  const shown = lines.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([label]) => label.length));
  const about = document.description === null ? '' : `  ${document.description}`;
  return [
    `${colour.bold(document.name)}${about}`,
    ...shown.map(([label, value]) => `${colour.dim(label.padEnd(width))}  ${value}`),
    '\n',
  ].join('\n');
}
