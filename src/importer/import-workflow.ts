// Imports a workflow of an earlier version: Markdown, or JSON in an old form.
import { parseJson } from '../values/parse-json.ts';
import { convertOldForm, type TypesWithOutputs } from '../workflow/old-form/convert-old-form.ts';
import { replaceForeign } from './foreign-node.ts';
import type { ImportNote } from './import-note.ts';
import { findResponseTimes, IN_MILLISECONDS } from './response-time.ts';
import { fieldsOf, type Fields } from '../values/json-fields.ts';

export interface ImportSource {
  readonly text: string;
  /** Names the text in errors; `.md` at its end means Markdown, whatever the text begins with. */
  readonly file: string;
  /** Loads the types of these names. */
  readonly loadTypes: (names: readonly string[]) => Promise<TypesWithOutputs>;
  /** Whether the code of a `code` node is JavaScript. */
  readonly isJavaScript: (code: unknown) => boolean;
}

export interface ImportedWorkflow {
  /** In the present form. Not checked: validation is the next step. */
  readonly ir: unknown;
  readonly notes: readonly ImportNote[];
}

/** Throws WORKFLOW_INVALID for a text that is neither JSON nor a Markdown workflow. */
export async function importWorkflow(source: ImportSource): Promise<ImportedWorkflow> {
  const { text, file } = source;
  const isFromMarkdown = isMarkdown(text, file);
  const { ir, notes } = isFromMarkdown
    ? (await import('./import-markdown.ts')).importMarkdown(text, file)
    : { ir: parseJson(text, file), notes: [] };
  const times = findResponseTimes(ir, nodesIn(ir));
  const before = times.length === 0 ? notes : [...notes, { message: IN_MILLISECONDS, isLost: false }];
  const present = convertOldForm(ir, await source.loadTypes(typesIn(ir)), times);
  const renamed = renameChildren(present);
  // A block of Markdown names its language, and its steps are replaced already.
  const replaced = isFromMarkdown
    ? { ir: renamed.ir, notes: [] }
    : replaceForeignNodes(renamed.ir, source.isJavaScript);
  return { ir: replaced.ir, notes: [...before, ...renamed.notes, ...replaced.notes] };
}

const MARKDOWN_NAME = /(?:\.pflow)?\.(?:md|markdown)$/iu;

function isMarkdown(text: string, file: string): boolean {
  return MARKDOWN_NAME.test(file) || !/^\s*[{[]/u.test(text.replace(/^\uFEFF/u, ''));
}

function typesIn(ir: unknown): readonly string[] {
  return nodesIn(ir).flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
}

function nodesIn(ir: unknown): readonly Fields[] {
  const nodes = fieldsOf(ir)?.['nodes'];
  if (!Array.isArray(nodes)) return [];
  return nodes.map(fieldsOf).filter((node) => node !== undefined);
}

/** Refers to children that are Markdown by the name of their JSON. */
function renameChildren(ir: unknown): ImportedWorkflow {
  const notes: ImportNote[] = [];
  const changed = mapNodes(ir, (node) => {
    const params = fieldsOf(node['params']);
    const path = params?.['workflow'];
    if (node['type'] !== 'workflow' || typeof path !== 'string' || !MARKDOWN_NAME.test(path)) return node;
    const workflow = path.replace(MARKDOWN_NAME, '.json');
    notes.push({ message: `step ${String(node['id'])} runs ${workflow}: import ${path} too`, isLost: false });
    return { ...node, params: { ...params, workflow } };
  });
  return { ir: changed, notes };
}

function replaceForeignNodes(ir: unknown, isJavaScript: ImportSource['isJavaScript']): ImportedWorkflow {
  const notes: ImportNote[] = [];
  const changed = mapNodes(ir, (node) => {
    const { node: own, note } = replaceForeign(node, (code) => !isJavaScript(code));
    if (note !== undefined) notes.push({ message: note, isLost: true });
    return own;
  });
  return { ir: changed, notes };
}

function mapNodes(ir: unknown, change: (node: Fields) => Fields): unknown {
  const workflow = fieldsOf(ir);
  const nodes = workflow?.['nodes'];
  if (workflow === undefined || !Array.isArray(nodes)) return ir;
  const changed = nodes.map((node: unknown) => {
    const members = fieldsOf(node);
    return members === undefined ? node : change(members);
  });
  return { ...workflow, nodes: changed };
}
