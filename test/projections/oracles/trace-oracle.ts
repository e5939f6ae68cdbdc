// Builds the trace of each node the naive way: folds the store before and after from the first event every time.
import type { LogEvent } from '../../../src/events/event.ts';
import { storeOracle } from './run-oracles.ts';

type Store = Record<string, unknown>;

export function traceNodesOracle(run: readonly LogEvent[]): unknown[] {
  const own = run.filter(({ phase, node }) => phase !== 'planner' && node !== undefined);
  const places = [...new Set(own.filter(isOfNode).map(placeOf))];
  return places.map((place) => {
    const events = run.filter(
      (event) => event.phase !== 'planner' && isOfNode(event) && placeOf(event) === place,
    );
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) throw new Error('a place has an event');
    const before = storeOracle(run.slice(0, run.indexOf(first))) as Store;
    const after = storeOracle(run.slice(0, run.indexOf(last) + 1)) as Store;
    return {
      place,
      shared_before: shown(before),
      shared_after: shown(after),
      success: events.some(({ type }) => type === 'node.completed'),
      calls: [
        ...new Set(
          events.flatMap(({ type, data }) =>
            type.startsWith('llm.') ? [(data as { call: number }).call] : [],
          ),
        ),
      ],
      resolutions: events.filter(({ type }) => type === 'template.resolved').length,
      timestamp: last.at,
    };
  });
}

export function placeOf({ node, visit = 1, item }: Pick<LogEvent, 'node' | 'visit' | 'item'>): string {
  return `${node ?? ''} ${String(visit)} ${String(item ?? '-')}`;
}

function isOfNode({ type, node }: LogEvent): boolean {
  return node !== undefined && type !== 'warning.raised';
}

function shown(store: Store): Store {
  const keys = Object.keys(store).filter(
    (key) => !key.startsWith('__') || key === '__llm_calls__' || key === '__metrics__',
  );
  return Object.fromEntries(keys.map((key) => [key, cut(store[key])]));
}

function cut(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > 1000 ? `${value.slice(0, 1000)}... [truncated]` : value;
  if (Array.isArray(value)) return value.map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cut(inner)]));
}
