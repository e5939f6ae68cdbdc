// Problems as the one error that people see: how many in its message, all of them in its details.
import { PflowError } from '../errors.ts';
import { formatProblem, type Problem } from './problem.ts';

export function invalidWorkflowError(problems: readonly Problem[], file = 'the workflow'): PflowError {
  const count = problems.length === 1 ? 'one problem' : `${String(problems.length)} problems`;
  const path = problems[0]?.path ?? '';
  return new PflowError('WORKFLOW_INVALID', `${file} has ${count}`, {
    details: problems.map(formatProblem),
    ...(path === '' ? {} : { path }),
  });
}
