// Names the steps of a run by the identity of their node.
import type { NodePlace } from '../wrappers/recorder.ts';

/** What a person decides about a node that was in flight when its worker ended. */
export type DecidedAction = 'rerun' | 'skip';

/** Records which execution was the first. */
export const START_STEP = 'start';
export const END_STEP = 'end';

export function nodeStep({ node, visit }: NodePlace): string {
  return `${node} #${String(visit)}`;
}

/** Recorded before a node that may act. */
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
  const [, node = '', visit = '', attempt = ''] =
    /^begin (.+) #(\d+) \((\d+)\)$/u.exec(lastOf(names) ?? '') ?? [];
  if (node === '') return undefined;
  const name = nodeStep({ node, visit: Number(visit) });
  if (names.includes(name)) return undefined;
  return { node, decide: decideStep(name, Number(attempt)) };
}

/** The writing of the log is a step too. */
function lastOf(names: readonly string[]): string | undefined {
  return names.findLast((name) => !name.startsWith('DBOS.'));
}
