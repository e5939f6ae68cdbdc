// Recommends what to do about a run that did not succeed.
import type { RunRow } from '../../../projections/runs/schema.ts';
import type { ErrorData } from '../../events/error-data.ts';
import type { PflowError } from '../../errors.ts';

/** `{again}`: resume it, or run it again where it cannot be resumed. */
const BY_CODE: Readonly<Record<string, string>> = {
  MODEL_RATE_LIMITED:
    'The provider limits how often it is called. Wait and {again}, raise "retry" of the node, or lower max_concurrent of its batch.',
  MODEL_OVERLOADED:
    'The provider is overloaded, usually for a short time. Wait and {again}, or raise "retry" of the node.',
  MODEL_NETWORK:
    'The provider was not reached. Check the network and the address of the provider, then {again}.',
  MODEL_AUTHENTICATION: 'The provider refused the key. Set a valid one, then {again}.',
  MODEL_KEY_MISSING: 'Set the key of the provider in the environment or the settings, then {again}.',
  MODEL_QUOTA: "The provider's quota is used up. Add credit or raise the limit there, or use another model.",
  MODEL_REFUSED: 'The model refused. Change the prompt or use another model; a retry does not help.',
  MODEL_ANSWER_INVALID:
    'The answer did not have the form that the node requires. Look at the answer of the call.',
  MODEL_REQUEST_INVALID: 'The provider rejected the request. Look at the params and the prompt of the node.',
  MODEL_UNKNOWN: 'Name a model that the provider has.',
  TEMPLATE_UNRESOLVED: 'A template found no value. Look at the params of the node and at the store.',
  NODE_PARAMS_INVALID: 'Correct the params of the node in the workflow file.',
  NODE_TIMEOUT: 'The node took longer than its timeout_s. Raise it, or make the node do less.',
  RUN_TIMEOUT: 'The run took longer than --timeout. Raise it and {again}.',
  MAX_COST_REACHED: 'The run reached --max-cost. Raise the limit and {again}.',
  LOOP_LIMIT: 'A loop ran as often as it may. Look at what its condition reads.',
  INPUT_MISSING: 'Give the missing input.',
  APPROVAL_REQUIRED: 'A node waits for approval; to answer, {again}.',
  APPROVAL_DENIED: 'The approval of a node was denied, and it did not run.',
};

const BY_STATUS: Readonly<Partial<Record<RunRow['status'], string>>> = {
  interrupted: 'The run was stopped from outside.',
  incomplete:
    'The process ended without notice: it was killed, it ran out of memory, or the machine stopped.',
  paused: 'A node waits for approval; to answer, {again}.',
  denied: 'The approval of a node was denied, and it did not run.',
};

/**
 * `error`: of the node, else of the run; its hint wins. `problem`: why the run cannot be resumed. Returns null where
 * the error itself is enough.
 */
export function adviceFor(
  status: RunRow['status'],
  error: Pick<ErrorData, 'code' | 'hint'> | undefined,
  problem: PflowError | null,
): string | null {
  const known = isAnswered(error, problem) ? undefined : knownAdvice(status, error, problem);
  const advice = known?.replaceAll('{again}', problem === null ? 'resume the run' : 'run it again');
  const obstacle = problem === null ? undefined : obstacleText(problem);
  const sentences = [advice, obstacle].filter((text) => text !== undefined);
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** A node that waited got its answer in another run. */
function isAnswered(error: Pick<ErrorData, 'code'> | undefined, problem: PflowError | null): boolean {
  return error?.code === 'APPROVAL_REQUIRED' && problem?.code === 'RUN_CONTINUED';
}

function knownAdvice(
  status: RunRow['status'],
  { code = '', hint }: Pick<ErrorData, 'code' | 'hint'> = {},
  problem: PflowError | null,
): string | undefined {
  // The hint of a pause is to resume.
  const isObsolete = code === 'APPROVAL_REQUIRED' && problem !== null;
  if (hint !== undefined && !isObsolete) return hint;
  return Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : BY_STATUS[status];
}

function obstacleText({ code, message, hint }: PflowError): string {
  // The command that goes on from the newer run is beside it.
  if (code === 'RUN_CONTINUED') return `There is nothing to resume here: ${message}.`;
  return [`It cannot be resumed: ${message}.`, ...(hint === undefined ? [] : [hint])].join(' ');
}
