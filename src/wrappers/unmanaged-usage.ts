// A node that calls a model by itself, not through our client, may leave `llm_usage` in its store. That is
// one call, and it is counted.
import type { EventPlace } from '../events/event.ts';
import type { Usage } from '../events/usage.ts';
import { usageSchema } from '../events/usage.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { SharedStore } from '../flow/context.ts';
import type { CallCounter } from './call-counter.ts';

export function readUnmanagedUsage(shared: SharedStore, id: string): unknown {
  const own = shared[id];
  const place = typeof own === 'object' && own !== null ? (own as SharedStore) : shared;
  return place['llm_usage'];
}

export interface UnmanagedUsage {
  readonly place: EventPlace;
  readonly calls: CallCounter;
  readonly usage: unknown;
  readonly durationMs: number;
}

export function logUnmanagedUsage(
  log: EventLog,
  { place, calls, usage: left, durationMs }: UnmanagedUsage,
): void {
  if (typeof left !== 'object' || left === null || Object.keys(left).length === 0) return;
  const named = (left as { model?: unknown }).model;
  const model = typeof named === 'string' && named !== '' ? named : 'unknown';
  const provider = model.includes('/') ? model.slice(0, model.indexOf('/')) : 'unknown';
  const usage: Usage = usageSchema.safeParse(left).data ?? {};
  log.append({
    type: 'llm.completed',
    ...place,
    data: { call: calls.next(), provider, model, usage, raw_usage: left, duration_ms: durationMs },
  });
}
