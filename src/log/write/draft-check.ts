// Checks a draft before it is logged. An invalid draft is a bug of the code that made it, never of a run.
import { PflowError } from '../../errors.ts';
import type { EventDraft, EventPlace } from '../../events/event.ts';
import { payloadFault } from '../../events/payload-check.ts';
import { isEventType, isExtensionType, VOCABULARY } from '../../events/vocabulary.ts';
import type { Level } from '../../events/vocabulary.ts';

/** Keys of `run.started` that hold content. */
const CONTENT_KEYS = ['request', 'inputs', 'ir'];

const PHASES: ReadonlySet<string> = new Set(['planner', 'workflow']);

/** `data` is the payload as it will be written. */
export function checkDraft(draft: EventDraft, data: object, level: Level): void {
  const { type } = draft;
  const field = placeProblem(draft) ?? payloadProblem(type, data, level);
  if (field !== undefined) throw new PflowError('INTERNAL', `event "${type}" cannot be logged: ${field}`);
}

function payloadProblem(type: string, data: object, level: Level): string | undefined {
  if (!isEventType(type)) return isExtensionType(type) ? undefined : 'no such event type';
  if (level === 'metrics') {
    if (VOCABULARY[type].level === 'trace')
      return 'it is for logs of level trace, and this one has level metrics';
    const content = type === 'run.started' ? CONTENT_KEYS.find((key) => Object.hasOwn(data, key)) : undefined;
    if (content !== undefined) return `data.${content} is for logs of level trace`;
  }
  const fault = payloadFault(type, data);
  return fault === undefined ? undefined : `${fault.field}: ${fault.message}`;
}

function placeProblem(place: EventPlace): string | undefined {
  const { phase, node, visit, item, attempt } = place;
  if (phase !== undefined && !PHASES.has(phase)) return 'phase: unknown';
  if (node !== undefined && typeof node !== 'string') return 'node: not a string';
  if (!isCount(visit, 1)) return 'visit: not a whole number from 1';
  if (!isCount(item, 0)) return 'item: not a whole number from 0';
  return isCount(attempt, 1) ? undefined : 'attempt: not a whole number from 1';
}

function isCount(value: number | undefined, least: number): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value >= least);
}
