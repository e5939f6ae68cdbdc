// Suggests where a key of a workflow file belongs.
import type { Problem } from './problem.ts';

/** Keys of a node that are often written into one of its objects. */
const NODE_KEYS: Readonly<Record<string, string>> = {
  ...{ retry: 'retry', timeout_s: 'timeout_s', batch: 'batch', loop: 'loop', approval: 'approval' },
  ...{ max_retries: 'retry', retry_wait: 'retry', timeout: 'timeout_s' },
};

/** Keys of other tools that name the next node. */
const NEXT_KEYS = ['next', 'on-error', 'on_error', 'depends_on', 'needs'];

/** Keys of earlier versions without a counterpart, with what to write instead. */
const EARLIER_KEYS: Readonly<Record<string, string>> = {
  template_resolution_mode: 'give what may be missing a default, as in ${a ?? "none"}',
};

/** `path` is that of the key, such as `['nodes', 0, 'params', 'retry']`. */
export function suggestPlace(path: readonly PropertyKey[]): Pick<Problem, 'suggestion'> {
  const [first, , holder, ...rest] = path;
  if (first !== 'nodes') return suggestInRoot(String(first));
  const [key] = rest;
  if (holder !== undefined && key === undefined) return suggestInNode(String(holder));
  const own = rest.length === 1 ? NODE_KEYS[String(key)] : undefined;
  if (own === undefined) return {};
  return { suggestion: `"${own}" is a key of the node, beside "${String(holder)}"` };
}

function suggestInRoot(key: string): Pick<Problem, 'suggestion'> {
  const suggestion = EARLIER_KEYS[key];
  return suggestion === undefined ? {} : { suggestion };
}

function suggestInNode(key: string): Pick<Problem, 'suggestion'> {
  if (NEXT_KEYS.includes(key)) return { suggestion: '"edges" names the next node' };
  return { suggestion: 'what the type takes is in "params"' };
}
