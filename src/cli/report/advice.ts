// Recommends what to do about a run that did not succeed.
import type { RunRow } from '../../../projections/runs/schema.ts';

const BY_CODE: Readonly<Record<string, string>> = {
  MODEL_RATE_LIMITED:
    'The provider limits how often it is called. Resume later, raise "retry" of the node, or lower max_concurrent of its batch.',
  MODEL_OVERLOADED: 'The provider is overloaded, usually for a short time. Resume later, or raise "retry".',
  MODEL_NETWORK:
    'The provider was not reached. Check the network and the address of the provider, then resume.',
  MODEL_AUTHENTICATION: 'The provider refused the key. Set a valid one, then resume.',
  MODEL_KEY_MISSING: 'Set the key of the provider in the environment or the settings, then resume.',
  MODEL_QUOTA: "The provider's quota is used up. Add credit or raise the limit there, or use another model.",
  MODEL_REFUSED: 'The model refused. Change the prompt or use another model; a retry does not help.',
  MODEL_ANSWER_INVALID:
    'The answer did not have the form that the node requires. Look at the answer of the call.',
  MODEL_REQUEST_INVALID: 'The provider rejected the request. Look at the params and the prompt of the node.',
  MODEL_UNKNOWN: 'Name a model that the provider has.',
  TEMPLATE_UNRESOLVED: 'A template found no value. Look at the params of the node and at the store.',
  NODE_PARAMS_INVALID: 'Correct the params of the node in the workflow file.',
  NODE_TIMEOUT: 'The node took longer than its timeout_s. Raise it, or make the node do less.',
  RUN_TIMEOUT: 'The run took longer than --timeout. Raise it and resume.',
  MAX_COST_REACHED:
    'The run reached --max-cost. Raise the limit and resume: completed nodes are not paid again.',
  LOOP_LIMIT: 'A loop ran as often as it may. Look at what its condition reads.',
  INPUT_MISSING: 'Give the missing input.',
  APPROVAL_DENIED: 'The approval of the node was denied.',
};

const BY_STATUS: Readonly<Partial<Record<RunRow['status'], string>>> = {
  interrupted: 'The run was stopped from outside. Resume it to go on where it stopped.',
  incomplete:
    'The process ended without a word: killed, out of memory, or the machine stopped. Resume it to go on.',
  paused: 'A node waits for approval. Resume with an answer.',
};

/** Returns null where the error itself is enough. */
export function adviceFor(status: RunRow['status'], code: string | undefined): string | null {
  return (code === undefined ? undefined : BY_CODE[code]) ?? BY_STATUS[status] ?? null;
}
