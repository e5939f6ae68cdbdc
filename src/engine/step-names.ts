// Names the steps of a run by the identity of their node.
import type { NodePlace } from '../wrappers/recorder.ts';

/** What a person decides about a node that was in flight when its worker ended. */
export type DecidedAction = 'rerun' | 'skip';
/** What a person decides about a node that needs approval, or has to. */
export type ApprovalAction = 'approve' | 'deny' | 'waiting';

/** `attempt` is above 1 once the node has waited for its approval. */
export function nodeStep({ node, visit }: NodePlace, attempt = 1): string {
  const name = `${node} #${String(visit)}`;
  return attempt === 1 ? name : `${name} again ${String(attempt)}`;
}

/** The key of what is decided about a node that needs approval. */
export function approvalKey(node: string): string {
  return `approve ${node}`;
}

/** Recorded before a node that may act, and before one that was approved. */
export function beginStep(name: string, attempt: number): string {
  return `begin ${name} (${String(attempt)})`;
}

export function decideStep(name: string, attempt: number): string {
  return `decide ${name} (${String(attempt)})`;
}

/** A node that was begun and has no end. */
export interface OpenNode {
  readonly node: string;
  /** The step that records what is decided about it. */
  readonly decide: string;
}

/** `names`: all steps of a run in order. */
export function findOpenNode(names: readonly string[]): OpenNode | undefined {
  const [, name = '', node = '', attempt = ''] =
    /^begin ((.+) #\d+(?: again \d+)?) \((\d+)\)$/u.exec(lastOf(names) ?? '') ?? [];
  if (node === '' || names.includes(name)) return undefined;
  return { node, decide: decideStep(name, Number(attempt)) };
}

/** The writing of the log is a step too. */
function lastOf(names: readonly string[]): string | undefined {
  return names.findLast((name) => !name.startsWith('DBOS.'));
}
