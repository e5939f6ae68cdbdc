// Reads and checks the nested workflows of a workflow, and theirs. Paths start at the file that names them.
import { basename, dirname } from 'node:path';
import { PflowError } from '../../errors.ts';
import { loadRegistry } from '../../home/node-types.ts';
import { findWorkflow } from '../../home/workflow-source.ts';
import { parseJson } from '../../values/parse-json.ts';
import { present } from '../../values/present.ts';
import { formatPath, formatProblem, type Problem } from '../../workflow/problem.ts';
import { convertOldForm } from '../../workflow/old-form/convert-old-form.ts';
import { checkWorkflowValue } from '../../workflow/validate.ts';
import { invalidWorkflowError } from '../../workflow/invalid-workflow.ts';
import type { Workflow } from '../../workflow/schema.ts';
import type { ChildWorkflow, NestedSource } from './child-workflow.ts';
import { inlinePromptFiles } from '../prompt-files.ts';
import { listTypeNames } from './child-types.ts';
import { realPathOf } from '../../home/existing-path.ts';

/** Levels below the workflow that a run starts with. */
const MAX_DEPTH = 10;

export interface ReadingContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Modules with node types, besides those in the settings. */
  readonly nodes: readonly string[];
}

/** Where a workflow is: its nested workflows are found from there. */
export interface WorkflowPlace {
  /** Where the paths of nested workflows start. */
  readonly folder: string;
  /** Real paths of the file and of those that contain it, the outermost first. Without a file: a name for people. */
  readonly containers: readonly string[];
}

export interface ReadChildren extends NestedSource {
  readonly problems: readonly Problem[];
}

interface CheckedChild {
  /** Absent if the child has problems. */
  readonly child?: ChildWorkflow;
  readonly problems: readonly Problem[];
  /** Levels below the child. */
  readonly height: number;
}

/** Reads the children of `parsed`, which may be any JSON. */
export async function readChildren(
  parsed: unknown,
  place: WorkflowPlace,
  context: ReadingContext,
): Promise<ReadChildren> {
  const { height: _height, ...read } = await new ChildReader(context).read(parsed, place);
  return read;
}

class ChildReader {
  private readonly context: ReadingContext;
  /** By path: a file may be used many times. */
  private readonly known = new Map<string, CheckedChild>();

  constructor(context: ReadingContext) {
    this.context = context;
  }

  async read(parsed: unknown, place: WorkflowPlace): Promise<ReadChildren & { readonly height: number }> {
    const children = new Map<string, ChildWorkflow>();
    const problems: Problem[] = [];
    let height = 0;
    for (const { id, index, params } of listWorkflowNodes(parsed)) {
      const { workflow: named, ir } = params;
      const path = ['nodes', index, 'params'];
      let checked: CheckedChild | undefined;
      if (typeof named === 'string' && !named.includes('${'))
        checked = await this.readNamed(named, formatPath([...path, 'workflow']), place);
      else if (typeof ir === 'object' && ir !== null)
        checked = await this.readInline(ir, id, formatPath([...path, 'ir']), place);
      if (checked === undefined) continue;
      problems.push(...checked.problems);
      height = Math.max(height, checked.height + 1);
      if (checked.child !== undefined) children.set(id, checked.child);
    }
    return { children, problems, height, load: (named) => new ChildReader(this.context).load(named, place) };
  }

  /** Reads a child that is named when its node runs. A node may have written it since an earlier visit. */
  async load(named: string, place: WorkflowPlace): Promise<ChildWorkflow> {
    const found = this.locate(named, place);
    const { child, problems } = await this.checkFile(found, place);
    if (child === undefined || problems.length > 0) throw invalidWorkflowError(problems, named);
    return child;
  }

  private async readInline(
    ir: object,
    id: string,
    path: string,
    { folder, containers }: WorkflowPlace,
  ): Promise<CheckedChild> {
    try {
      const checked = await this.check(ir, { name: id, folder, containers: [...containers, `"${id}"`] });
      const inside = (problem: Problem): Problem => ({
        ...problem,
        path: path + (problem.path === '' ? '' : `.${problem.path}`),
      });
      return { ...checked, problems: checked.problems.map(inside) };
    } catch (error) {
      return asProblems(error, path, containers);
    }
  }

  private async readNamed(named: string, path: string, place: WorkflowPlace): Promise<CheckedChild> {
    try {
      const checked = await this.checkFile(this.locate(named, place), place);
      const inFile = (problem: Problem): Problem => ({
        path,
        message: `${named}: ${formatProblem(problem)}`,
      });
      return { ...checked, problems: checked.problems.map(inFile) };
    } catch (error) {
      return asProblems(error, path, place.containers);
    }
  }

  private locate(named: string, { folder, containers }: WorkflowPlace): LocatedFile {
    const found = findWorkflow(named, folder, this.context.env);
    const real = realPathOf(found.path);
    if (containers.includes(real)) throw cycleError([...containers.slice(containers.indexOf(real)), real]);
    return { ...found, real, named };
  }

  private async checkFile(found: LocatedFile, { containers }: WorkflowPlace): Promise<CheckedChild> {
    const { path, real, named, name, source } = found;
    const earlier = this.known.get(path);
    if (earlier !== undefined) {
      if (containers.length + earlier.height > MAX_DEPTH) throw depthError([...containers, real]);
      return earlier;
    }
    const folder = dirname(path);
    const place = { name, folder, containers: [...containers, real] };
    const checked = await this.check(parseJson(found.text, named), place);
    const { child } = checked;
    const known =
      child === undefined || source === 'saved' ? checked : { ...checked, child: { ...child, cwd: folder } };
    this.known.set(path, known);
    return known;
  }

  private async check(
    given: unknown,
    place: WorkflowPlace & { readonly name: string },
  ): Promise<CheckedChild> {
    if (place.containers.length > MAX_DEPTH + 1) throw depthError(place.containers);
    const requested = listTypeNames(given);
    const { types: registry, ...names } = await loadRegistry({ ...this.context, requested });
    const parsed = inlinePromptFiles(convertOldForm(given, registry), place.folder);
    const { children, problems: nestedProblems, height, load } = await this.read(parsed, place);
    const known = { registry, ...names, children, nestedProblems };
    const { workflow, problems } = checkWorkflowValue(parsed, known);
    if (workflow === undefined || problems.length > 0) return { problems, height };
    const ir = parsed as Readonly<Record<string, unknown>>;
    const name = workflow.name ?? place.name;
    return { child: { workflow, ir, name, registry, children, load }, problems, height };
  }
}

type LocatedFile = ReturnType<typeof findWorkflow> & {
  readonly real: string;
  readonly named: string;
};

interface NamedNode {
  readonly id: string;
  readonly index: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The `workflow` nodes of a file that is not checked yet. */
function listWorkflowNodes(parsed: unknown): readonly NamedNode[] {
  const nodes = (parsed as Partial<Workflow> | null)?.nodes as unknown;
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown, index): NamedNode[] => {
    const { id, type, params } = (node ?? {}) as Readonly<Record<string, unknown>>;
    if (type !== 'workflow' || typeof id !== 'string' || typeof params !== 'object' || params === null)
      return [];
    return [{ id, index, params: params as NamedNode['params'] }];
  });
}

/** Concerns a workflow and all that contain it, and names them. The outermost one reports it. */
class NestingError extends PflowError {
  constructor(fault: string, files: readonly string[], hint: string) {
    const names = files.map((file) => (file.includes('/') ? basename(file) : file));
    super('WORKFLOW_INVALID', `${fault}: ${names.join(' → ')}`, { hint });
  }
}

function cycleError(files: readonly string[]): PflowError {
  const hint = 'Take it out, or repeat the nodes with an edge that leads back.';
  return new NestingError('a workflow cannot contain itself', files, hint);
}

function depthError(files: readonly string[]): PflowError {
  const fault = `nested workflows go deeper than ${String(MAX_DEPTH)} levels`;
  return new NestingError(fault, files, 'Put some of them beside each other instead.');
}

function asProblems(error: unknown, path: string, containers: readonly string[]): CheckedChild {
  if (!(error instanceof PflowError) || (error instanceof NestingError && containers.length > 1)) throw error;
  const { message, hint, details } = error;
  const problem = { path, message, ...present({ suggestion: hint && asSuggestion(hint) }) };
  return { problems: [problem, ...details.map((detail) => ({ path, message: detail }))], height: 0 };
}

/** A suggestion goes on after a semicolon. */
function asSuggestion(hint: string): string {
  return hint.charAt(0).toLowerCase() + hint.slice(1).replace(/\.$/u, '');
}
