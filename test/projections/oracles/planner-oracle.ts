// Builds the planner trace of a well-formed run the naive way: one pass over its events for each fact.
import type { LogEvent } from '../../../src/events/event.ts';
import { callsIn, dollarsOf, isReused } from './money-oracle.ts';

export function plannerOracle(run: readonly LogEvent[]): unknown {
  const own = run.filter(({ phase }) => phase === 'planner');
  const completed = own.find((event) => event.type === 'planner.completed');
  const last = own.at(-1)?.ms ?? 0;
  return {
    status: completed?.data.status ?? (own.length === 0 ? 'not_planned' : 'incomplete'),
    path_taken: own.some((event) => event.type === 'node.completed' && event.data.action === 'not_found')
      ? 'B'
      : null,
    user_input: run.find((event) => event.type === 'run.started')?.data.request ?? null,
    visits: placesIn(own, 'node.').map(([node, visit]) => {
      const events = own.filter((event) => event.node === node && (event.visit ?? 1) === visit);
      const ends = events.filter(({ type }) => type === 'node.completed' || type === 'node.failed');
      const end = ends.at(-1)?.type;
      const spent = ends.map(({ data }) => (data as { duration_ms: number }).duration_ms);
      const busy = last - (events.find(({ type }) => type === 'node.started')?.ms ?? last);
      return {
        node,
        visit,
        ended: end === undefined ? 'incomplete' : end === 'node.completed' ? 'success' : 'failed',
        duration_ms: round(ends.length === 0 ? busy : spent.reduce((sum, ms) => sum + ms, 0)),
      };
    }),
    calls: [...new Set(own.filter(isOfCall).map(numberOf))].map((call) => {
      const events = own.filter((event) => isOfCall(event) && numberOf(event) === call);
      const data = Object.assign({}, ...events.map((event) => event.data)) as Record<string, unknown>;
      const { node, visit = 1 } = events[0] ?? {};
      const { prompt, response, usage = {} } = data;
      return { call, node, visit, prompt, response, usage };
    }),
    cost_usd: dollarsOf(callsIn(own).filter((call) => !isReused(call))),
  };
}

function placesIn(events: readonly LogEvent[], types: string): (readonly [string, number])[] {
  const places = events
    .filter(({ type }) => type.startsWith(types))
    .map(({ node = '', visit = 1 }) => JSON.stringify([node, visit]));
  return [...new Set(places)].map((place) => JSON.parse(place) as [string, number]);
}

function isOfCall({ type }: LogEvent): boolean {
  return type.startsWith('llm.');
}

function numberOf({ data }: LogEvent): number {
  return (data as { readonly call: number }).call;
}

function round(ms: number): number {
  return Math.round(Math.round(ms * 1000) / 10) / 100;
}
