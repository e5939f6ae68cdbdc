// Describes one problem of a workflow: its place, a message, and a suggestion if there is one.

/** The rule that a problem breaks. */
export type ProblemCode =
  | 'FORM_INVALID'
  | 'NAME_INVALID'
  | 'INPUT_INVALID'
  | 'PARAM_INVALID'
  | 'NESTED_INVALID'
  | 'BATCH_INVALID'
  | 'LOOP_INVALID'
  | 'EDGE_INVALID'
  | 'PATH_INVALID'
  | 'REFERENCE_UNKNOWN'
  | 'COMMAND_UNSAFE'
  | 'OUTPUT_INVALID';

export interface Problem {
  /** For example `nodes[2].params.prompt`; empty for the whole workflow. */
  readonly path: string;
  /** Set by the check that found it. */
  readonly code?: ProblemCode;
  readonly message: string;
  /** For example `did you mean "prompt"?`. */
  readonly suggestion?: string;
}

const PLAIN_KEY = /^[\p{L}\p{M}\p{N}_-]+$/u;

/** `nodes[2].params["a key"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${String(key)}]`;
    else if (PLAIN_KEY.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`;
    else text += `[${JSON.stringify(String(key))}]`;
  }
  return text;
}

export function formatProblem(problem: Problem): string {
  const where = problem.path === '' ? '' : `${problem.path}: `;
  return where + problem.message + (problem.suggestion === undefined ? '' : `; ${problem.suggestion}`);
}

export function didYouMean(name: string | undefined): { readonly suggestion?: string } {
  return name === undefined ? {} : { suggestion: `did you mean ${name}?` };
}
