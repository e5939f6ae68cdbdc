// Records the usage of calls that a node makes without the run's client. Such a node may leave `llm_usage` in its
// store, which counts as one call.
import type { EventPlace } from '../events/event.ts';
import type { Usage } from '../events/usage.ts';
import { usageSchema } from '../events/usage.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { SharedStore } from '../flow/context.ts';
import type { CallCounter } from './call-counter.ts';

export function readUnmanagedUsage(shared: SharedStore, nodeId: string): unknown {
  const own = shared[nodeId];
  const holder = typeof own === 'object' && own !== null ? (own as SharedStore) : shared;
  return holder['llm_usage'];
}

interface UnmanagedCall {
  readonly place: EventPlace;
  readonly calls: CallCounter;
  /** The value of `llm_usage`. */
  readonly raw: unknown;
  readonly durationMs: number;
}

/** Emits no event when the value is not an object or is empty. */
export function recordUnmanagedUsage(log: EventLog, { place, calls, raw, durationMs }: UnmanagedCall): void {
  if (typeof raw !== 'object' || raw === null || Object.keys(raw).length === 0) return;
  const { model: name } = raw as { model?: unknown };
  const model = typeof name === 'string' && name !== '' ? name : 'unknown';
  const provider = model.includes('/') ? model.slice(0, model.indexOf('/')) : 'unknown';
  const usage: Usage = usageSchema.safeParse(raw).data ?? {};
  log.append({
    type: 'llm.completed',
    ...place,
    data: { call: calls.next(), provider, model, usage, raw_usage: raw, duration_ms: durationMs },
  });
}
