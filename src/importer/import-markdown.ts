// Makes a workflow file of a Markdown workflow. Reports every problem with its line at once.
import { PflowError } from '../errors.ts';
import { findNearestName } from '../values/nearest-name.ts';
import { formatPlace } from './format-place.ts';
import type { ImportNote, TextProblem } from './import-note.ts';
import { readEntity, type ReadEntity } from './read-entity.ts';
import { readOutline, type Outline, type Section } from './read-outline.ts';
import { readStep, type Report, type MarkdownStep } from './read-step.ts';
import type { Fields } from '../values/json-fields.ts';
import { joinNames } from '../values/join-names.ts';

export interface ImportedMarkdown {
  /** In the form of earlier versions: names of params are not changed yet. */
  readonly ir: Fields;
  readonly notes: readonly ImportNote[];
}

const SECTIONS = ['Inputs', 'Steps', 'Outputs'];
const INPUT_KEYS = ['type', 'required', 'default', 'stdin', 'secret'];
const OUTPUT_KEYS = ['source', 'type'];

/** Throws WORKFLOW_INVALID with every problem. `file` names the text in the error. */
export function importMarkdown(text: string, file: string): ImportedMarkdown {
  const outline = readOutline(text);
  const report: Report = { problems: [...outline.problems], notes: [] };
  const sections = sortSections(outline, report);
  const read = (name: string): readonly ReadEntity[] =>
    (sections.get(name)?.entities ?? []).map((entity) => readEntity(entity, report.problems));
  const [inputs, entities, outputs] = [read('Inputs'), read('Steps'), read('Outputs')];
  const steps = entities.map((entity) => readStep(entity, report));
  checkIds([...inputs, ...entities, ...outputs], report.problems);
  const ir = {
    ...describe(outline),
    ...membersFor('inputs', inputs, INPUT_KEYS, report.problems),
    nodes: steps.map(({ node }) => node),
    ...edgesOf(steps, report.problems),
    ...membersFor('outputs', outputs, OUTPUT_KEYS, report.problems),
  };
  if (report.problems.length > 0) throw invalidMarkdownError(file, report.problems);
  return { ir, notes: report.notes };
}

/** The title is not a name, since a file is named by its path. */
function describe({ title, prose }: Outline): Fields {
  const description = [title, prose].filter((part) => part !== '').join(': ');
  return description === '' ? {} : { description };
}

function sortSections({ sections }: Outline, { problems, notes }: Report): ReadonlyMap<string, Section> {
  const found = new Map<string, Section>();
  for (const section of sections) {
    const { name, line } = section;
    const before = found.get(name);
    if (before !== undefined) {
      problems.push({
        line,
        message: `a second section ${name}; the first is in ${formatPlace(before.line)}`,
      });
    } else if (SECTIONS.includes(name)) found.set(name, section);
    else reportSection(name, line, { problems, notes });
  }
  const steps = found.get('Steps');
  if (steps === undefined) problems.push({ line: 1, message: 'there is no section "## Steps"' });
  else if (steps.entities.length === 0)
    problems.push({ line: steps.line, message: 'there is no step (### id)' });
  return found;
}

function reportSection(name: string, line: number, { problems, notes }: Report): void {
  const nearest = findNearestName(name, SECTIONS);
  if (nearest === undefined) notes.push({ line, message: `the section ${name} is left out`, isLost: false });
  else
    problems.push({
      line,
      message: `there is no section ${JSON.stringify(name)}; did you mean "${nearest}"?`,
    });
}

function checkIds(entities: readonly ReadEntity[], problems: TextProblem[]): void {
  const lines = new Map<string, number>();
  for (const { id, line } of entities) {
    const before = lines.get(id);
    if (before === undefined) lines.set(id, line);
    else problems.push({ line, message: `the id ${id} is already in ${formatPlace(before)}` });
  }
}

/** Makes `inputs` or `outputs`, if there are any. */
function membersFor(
  name: 'inputs' | 'outputs',
  entities: readonly ReadEntity[],
  known: readonly string[],
  problems: TextProblem[],
): Fields {
  if (entities.length === 0) return {};
  const specs = entities.map(({ id, prose, keys }) => {
    for (const [key, { line }] of keys) {
      if (known.includes(key)) continue;
      const nearest = findNearestName(key, known);
      const hint = nearest === undefined ? `available: ${known.join(', ')}` : `did you mean "${nearest}"?`;
      problems.push({ line, message: `${id} has no key "${key}"; ${hint}` });
    }
    const values = [...keys].map(([key, { value }]) => [key, value] as const);
    return [id, { ...(prose === '' ? {} : { description: prose }), ...Object.fromEntries(values) }] as const;
  });
  return { [name]: Object.fromEntries(specs) };
}

/** Leaves edges out without `next` and `on-error`: the order of the steps is enough. */
function edgesOf(steps: readonly MarkdownStep[], problems: TextProblem[]): Fields {
  if (steps.every(({ targets }) => targets.size === 0)) return {};
  const ids = steps.map(({ id }) => id);
  const edges = steps.flatMap(({ id, targets }, index) => {
    const following = ids[index + 1];
    const chosen = [...targets].flatMap(([action, target]) => {
      if (target === undefined) return [];
      requireStep(target.id, ids, target.line, problems);
      return [{ from: id, to: target.id, ...(action === 'default' ? {} : { action }) }];
    });
    const isOpen = [...targets.keys()].every((action) => action === 'error');
    return [...(isOpen && following !== undefined ? [{ from: id, to: following }] : []), ...chosen];
  });
  return { edges };
}

function requireStep(id: string, ids: readonly string[], line: number, problems: TextProblem[]): void {
  if (ids.includes(id)) return;
  const nearest = findNearestName(id, ids);
  const hint = nearest === undefined ? `available: ${joinNames(ids)}` : `did you mean "${nearest}"?`;
  problems.push({ line, message: `there is no step "${id}"; ${hint}` });
}

function invalidMarkdownError(file: string, problems: readonly TextProblem[]): PflowError {
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  const [first] = sorted;
  const count = sorted.length === 1 ? 'one problem' : `${String(sorted.length)} problems`;
  return new PflowError('WORKFLOW_INVALID', `${file} has ${count}`, {
    path: `${file}:${String(first?.line ?? 1)}`,
    details: sorted.map(({ line, message }) => `${formatPlace(line)}: ${message}`),
  });
}
