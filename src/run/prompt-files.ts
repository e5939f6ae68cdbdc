// Puts the text of prompt files into the nodes that name them: `"prompt": {"file": "./p.md"}`. The text is then
// checked, filled in and logged like one that is written in the workflow.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { readTextFile } from '../home/text-file.ts';
import { expandHome } from '../values/home-path.ts';
import { findNearestName } from '../values/nearest-name.ts';
import { formatPath } from '../workflow/problem.ts';
import { fieldsOf, mapFields } from '../values/json-fields.ts';

const PARAMS = new Set(['prompt', 'system']);

/**
 * Reads prompt files. Paths start at `folder`, that of the workflow file. Throws WORKFLOW_INVALID for a file that is
 * missing.
 */
export function inlinePromptFiles(ir: unknown, folder: string): unknown {
  const workflow = fieldsOf(ir);
  const nodes = workflow?.['nodes'];
  if (workflow === undefined || !Array.isArray(nodes)) return ir;
  if (!nodes.some((node) => Object.values(fieldsOf(fieldsOf(node)?.['params']) ?? {}).some(mayBeFile)))
    return ir;
  const inlined = nodes.map((node: unknown, index) => {
    const members = fieldsOf(node);
    const params = fieldsOf(members?.['params']);
    if (members === undefined || params === undefined || members['type'] !== 'llm') return node;
    const read = (value: unknown, name: string): unknown => {
      if (!PARAMS.has(name) || !mayBeFile(value)) return value;
      const path = formatPath(['nodes', index, 'params', name]);
      if (!isFile(value)) throw misspeltFileError(path, value);
      return readPrompt(value.file, folder, `${path}.file`);
    };
    return { ...members, params: mapFields(params, read) };
  });
  return { ...workflow, nodes: inlined };
}

/** An object with more keys is a value that becomes JSON. */
function isFile(value: unknown): value is { readonly file: string } {
  const members = fieldsOf(value);
  return members !== undefined && Object.keys(members).length === 1 && typeof members['file'] === 'string';
}

/** One member that is called almost so and has the path of a file: not meant as JSON. */
function mayBeFile(value: unknown): value is Readonly<Record<string, string>> {
  if (isFile(value)) return true;
  const [[name, path] = ['', undefined], ...others] = Object.entries(fieldsOf(value) ?? {});
  const isPath = typeof path === 'string' && /^[^\s{}]+\.\w{1,8}$/u.test(path);
  return isPath && others.length === 0 && findNearestName(name, ['file']) !== undefined;
}

function misspeltFileError(path: string, value: Readonly<Record<string, string>>): PflowError {
  const [[name, file] = ['', '']] = Object.entries(value);
  return new PflowError('WORKFLOW_INVALID', `${path}: unknown key "${name}"; did you mean "file"?`, {
    path,
    hint: `Write {"file": ${JSON.stringify(file)}} for the text of a file. Other objects are sent as JSON.`,
  });
}

/** One newline at the end belongs to the file and not to the prompt. */
function readPrompt(file: string, folder: string, path: string): string {
  if (file.includes('${'))
    throw promptFileError(path, `the path ${JSON.stringify(file)} cannot have a template`);
  const found = resolve(folder, expandHome(file, homedir()));
  // Reading a pipe or a device may never end, and no time limit holds yet.
  const stats = statSync(found, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory())
    throw promptFileError(path, `${file} is a pipe or a device, not a file`);
  const text = readTextFile(found, file);
  if (text === undefined) throw promptFileError(path, `there is no file ${file} in ${folder}`);
  return text.replace(/^\uFEFF/u, '').replace(/\r?\n$/u, '');
}

function promptFileError(path: string, problem: string): PflowError {
  return new PflowError('WORKFLOW_INVALID', `${path}: ${problem}`, {
    path,
    hint: 'The path of a prompt file is relative to the folder of the workflow file.',
  });
}
