// Everything that must be right before a run begins: the file, its node types, its inputs, the keys of its
// models. Nothing has run and nothing was paid when this throws.
import { PflowError } from '../../errors.ts';
import { prepareInputs, type PreparedInputs } from '../../workflow/inputs.ts';
import { parseJson } from '../../values/parse-json.ts';
import { assertValid } from '../../workflow/validate.ts';
import type { RunRequest } from '../../run/run-request.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { isPiped, readStdin } from '../terminal/stdin.ts';
import { findWorkflow, type WorkflowSource } from '../../home/workflow-source.ts';

export interface PreparedWorkflow extends Pick<
  RunRequest,
  'workflow' | 'ir' | 'name' | 'source' | 'registry'
> {
  /** The name under which it is saved, where it is. */
  readonly savedAs?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface WorkflowContext {
  readonly cwd: string;
  readonly env: Environment;
  /** Modules with node types, from the command line. */
  readonly nodes: readonly string[];
}

/** Reads and checks the workflow; throws WORKFLOW_INVALID with every problem at once. */
export async function prepareWorkflow(named: string, around: WorkflowContext): Promise<PreparedWorkflow> {
  return checkWorkflow(findWorkflow(named, around.cwd, around.env), named, around);
}

/** `named` stands for the workflow in errors. */
export async function checkWorkflow(
  found: Pick<WorkflowSource, 'text' | 'name' | 'source'>,
  named: string,
  around: WorkflowContext,
): Promise<PreparedWorkflow> {
  const parsed = parseJson(found.text, named);
  const { types: registry, typeNames } = await loadRegistry({ ...around, wanted: typesNamedIn(parsed) });
  const workflow = assertValid(parsed, { registry, typeNames, file: named });
  const ir = parsed as Readonly<Record<string, unknown>>;
  const { name, source } = found;
  const saved = source === 'saved' ? { savedAs: name } : {};
  return { workflow, ir, name: workflow.name ?? name, source, registry, ...saved };
}

/** `words` are the `key=value` of the command line. */
export async function readInputs(
  { workflow }: PreparedWorkflow,
  words: readonly string[],
  env: Environment,
): Promise<PreparedInputs> {
  const given = parseInputWords(words);
  const piped = Object.entries(workflow.inputs ?? {}).find(([, input]) => input.stdin === true)?.[0];
  const wantsStdin = piped !== undefined && !Object.hasOwn(given, piped) && isPiped();
  const stdin = wantsStdin ? await readStdin() : undefined;
  return prepareInputs(workflow, { given, env, ...(stdin === undefined ? {} : { stdin }) });
}

/** The `key=value` of the command line; throws USAGE for a word that is none. */
export function parseInputWords(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map(keyAndValue));
}

function keyAndValue(word: string): [string, string] {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw new PflowError('USAGE', `"${word}" is not an input`, {
    hint: 'Inputs are given as key=value; a value with spaces needs quotes: title="Release 2".',
  });
}

/** Type names of a file that nobody has checked yet. */
function typesNamedIn(parsed: unknown): string[] {
  const nodes: unknown = (parsed as { nodes?: unknown } | null)?.nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    const type = (node as { type?: unknown } | null)?.type;
    return typeof type === 'string' ? [type] : [];
  });
}
