// Converts a workflow for `pflow import`: the workflow goes to stdout, notes and problems to stderr.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../../errors.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { workingFolder } from '../../home/paths.ts';
import { readTextFile } from '../../home/text-file.ts';
import { importWorkflow, type ImportedWorkflow } from '../../importer/import-workflow.ts';
import { code } from '../../nodes/code.ts';
import { expandHome } from '../../values/home-path.ts';
import { formatProblem } from '../../workflow/problem.ts';
import { validateWorkflow } from '../../workflow/validate.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import { readStdin } from '../terminal/stdin.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ImportFlags {
  readonly nodes: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Throws FILE_NOT_FOUND, and WORKFLOW_INVALID for a text that cannot be read. */
export async function importFile(file: string, flags: ImportFlags, terminal: Terminal): Promise<number> {
  const cwd = workingFolder();
  const { nodes, strict = false } = flags;
  const load = (requested: readonly string[]): ReturnType<typeof loadRegistry> =>
    loadRegistry({ requested, nodes, cwd, env: process.env });
  const imported = await importWorkflow({
    text: await readSource(file, cwd),
    file: file === '-' ? 'stdin' : file,
    loadTypes: async (names) => (await load(names)).types,
    isJavaScript,
  });
  const { types, ...names } = await load(typesOf(imported.ir));
  const problems = validateWorkflow(imported.ir, { registry: types, ...names }).map(formatProblem);
  print(imported, problems, { flags, terminal });
  const isIncomplete = problems.length > 0 || imported.notes.some(({ isLost }) => isLost);
  return strict && isIncomplete ? 1 : 0;
}

function isJavaScript(text: unknown): boolean {
  const { error } = code.params.safeParse({ code: text });
  return !(error?.issues ?? []).some(({ path }) => path[0] === 'code');
}

async function readSource(file: string, cwd: string): Promise<string> {
  if (file === '-') return readStdin();
  const text = readTextFile(resolve(cwd, expandHome(file, homedir())), file);
  if (text !== undefined) return text;
  throw new PflowError('FILE_NOT_FOUND', `there is no file ${file}`, {
    hint: 'Give the path of a .pflow.md or .json file.',
  });
}

function typesOf(ir: unknown): readonly string[] {
  const nodes = (ir as { readonly nodes?: unknown } | null)?.nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node) => {
    const type = (node as { readonly type?: unknown } | null)?.type;
    return typeof type === 'string' ? [type] : [];
  });
}

interface Target {
  readonly flags: ImportFlags;
  readonly terminal: Terminal;
}

function print(
  { ir, notes }: ImportedWorkflow,
  problems: readonly string[],
  { flags, terminal }: Target,
): void {
  if (flags.json === true) {
    const listed = notes.map(({ line = null, message, isLost }) => ({ line, message, lost: isLost }));
    terminal.out(`${formatJson({ workflow: ir, notes: listed, problems }, 2)}\n`);
    return;
  }
  terminal.out(`${formatJson(ir, 2)}\n`);
  for (const { line, message, isLost } of notes) {
    const text = toOneLine(line === undefined ? message : `line ${String(line)}: ${message}`);
    terminal.err(formatLabelledLine(isLost ? 'warning' : 'note', text));
  }
  for (const problem of problems) terminal.err(formatLabelledLine('warning', toOneLine(problem)));
}
