// Lets each warning of a node through once. A loop or a retry would repeat it with every call.
import type { AnswerWarning } from './answer-warnings.ts';

/** Returns true the first time. */
export type WarningFilter = (node: string | undefined, warning: AnswerWarning) => boolean;

export function createWarningFilter(): WarningFilter {
  const known = new Set<string>();
  return (node, { code, message }) => {
    const key = JSON.stringify([node ?? null, code, message]);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  };
}
