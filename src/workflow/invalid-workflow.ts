// Makes the error for the problems of a workflow: their number is the message, and all are details.
import { PflowError } from '../errors.ts';
import { present } from '../values/present.ts';
import { headOf } from '../values/cut-text.ts';
import { formatProblem, type Problem } from './problem.ts';

const LONGEST_MESSAGE = 10_000;

export function invalidWorkflowError(problems: readonly Problem[], file = 'the workflow'): PflowError {
  const count = problems.length === 1 ? 'one problem' : `${String(problems.length)} problems`;
  const path = problems[0]?.path ?? '';
  return new PflowError('WORKFLOW_INVALID', `${file} has ${count}`, {
    details: problems.map(formatProblem),
    problems: problems.map(({ path: at, code = 'FORM_INVALID', message, suggestion }) => ({
      path: at,
      code,
      message: headOf(message, LONGEST_MESSAGE),
      ...present({ suggestion }),
    })),
    ...present({ path: path === '' ? undefined : path }),
  });
}
