// Projects one well-formed run the naive way: a few lines for each projection, without shared code or kept sums.
import type { EventOf, LogEvent } from '../../../src/events/event.ts';
import { callsIn, dollarsOf, isEstimated, isReused, isUnmetered } from './money-oracle.ts';

type Log = readonly LogEvent[];
type Json = Record<string | number, unknown>;

const isOfPlanner = (event: LogEvent): boolean => event.phase === 'planner';

/** Applies each patch to a fresh copy of the whole store. */
export function storeOracle(run: Log): unknown {
  let store: Json = {};
  for (const event of run) {
    if (event.type !== 'store.changed' || isOfPlanner(event)) continue;
    for (const patch of event.data.patches) {
      store = structuredClone(store);
      const path = [...patch.path];
      const last = path.pop() ?? '';
      const holder = path.reduce<Json>((value, key) => value[key] as Json, store);
      Object.defineProperty(holder, last, {
        value: structuredClone(patch.value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return store;
}

export function warningsOracle(run: Log): unknown {
  return run
    .filter((event) => event.type === 'warning.raised')
    .map(({ data, node }) => ({
      code: data.code,
      message: data.message,
      ...(node === undefined ? {} : { node_id: node }),
    }));
}

export function stepsOracle(run: Log): unknown {
  const listed = run.find((event) => event.type === 'workflow.started')?.data.nodes ?? [];
  const own = run.filter((event) => !isOfPlanner(event));
  const end = run.find((event) => event.type === 'run.completed')?.data.status;
  const openStatus =
    end === undefined ? 'running' : end === 'interrupted' || end === 'paused' ? end : 'failed';
  const begun = own.filter(({ type }) => type.startsWith('node.')).flatMap(({ node }) => node ?? []);
  return [...new Set([...listed, ...begun])].map((node_id) => {
    const events = own.filter(({ node }) => node === node_id);
    const paid = callsIn(events).filter((call) => !isReused(call));
    const cost_usd = dollarsOf(paid);
    if (events.length === 0) return { node_id, status: 'not_executed', duration_ms: 0, cost_usd };
    const whole = events.filter(({ item, type }) => item === undefined && type.startsWith('node.'));
    const last = whole.at(-1)?.type;
    const ends = events.filter(isEnd);
    const counted = ends.some(({ item }) => item === undefined)
      ? ends.filter(({ item }) => item === undefined)
      : ends;
    const visits = Math.max(...events.map(({ visit }) => visit ?? 1));
    const items = 1 + Math.max(-1, ...events.map(({ item }) => item ?? -1));
    const failed = ends.filter((event) => event.item !== undefined && isFailure(event));
    const failures = failed.length;
    const retried = events.flatMap((event) =>
      event.type === 'node.retried' ? [{ error: event.data.error, wait_ms: event.data.wait_ms }] : [],
    );
    const reasons = [...new Set(retried.map(({ error }) => error.message))];
    const error = lastError(ends);
    return {
      node_id,
      status: last === 'node.completed' ? 'completed' : last === 'node.failed' ? 'failed' : openStatus,
      duration_ms:
        Math.round(Math.round(counted.reduce((sum, { data }) => sum + data.duration_ms, 0) * 1000) / 10) /
        100,
      cost_usd,
      ...exactOracle(paid),
      ...(visits > 1 ? { visits } : {}),
      ...(items > 0 ? { items } : {}),
      ...(failures > 0 ? { failed_items: failures } : {}),
      ...batchOracle(events, failed),
      ...(retried.length > 0 ? { attempts: retried } : {}),
      ...(retried.length > 0 ? { retried_because: reasons.slice(0, 5) } : {}),
      ...(error === undefined ? {} : { error }),
    };
  });
}

function exactOracle(paid: ReturnType<typeof callsIn>): object {
  return paid.some((call) => isUnmetered(call) || isEstimated(call)) ? { exact: false } : {};
}

/** A stopped item has an end that is not a failure. */
function isFailure(event: LogEvent): event is EventOf<'node.failed'> {
  return event.type === 'node.failed' && event.data.error.code !== 'ITEM_STOPPED';
}

function batchOracle(events: Log, failed: readonly End[]): object {
  const counts = events.flatMap((event) => (event.type === 'batch.started' ? [event.data.items] : []));
  if (counts.length === 0) return {};
  const errors = [...failed]
    .filter(isFailure)
    .sort((a, b) => (a.visit ?? 1) - (b.visit ?? 1) || (a.item ?? 0) - (b.item ?? 0))
    .map(({ item, visit, data: { error } }) => ({
      index: item,
      ...(visit === undefined ? {} : { visit }),
      error,
    }));
  const succeeded = events.filter(({ type, item }) => type === 'node.completed' && item !== undefined).length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { batch: { total, succeeded, failed: failed.length, errors: errors.slice(0, 5) } };
}

type End = EventOf<'node.completed'> | EventOf<'node.failed'>;

function isEnd(event: LogEvent): event is End {
  return event.type === 'node.completed' || event.type === 'node.failed';
}

/** Cleared once the node as a whole has completed. */
function lastError(ends: readonly End[]): unknown {
  const after = ends.slice(
    1 + ends.findLastIndex(({ type, item }) => type === 'node.completed' && item === undefined),
  );
  return after.findLast(isFailure)?.data.error;
}

export function answersOracle(log: Log): unknown {
  return log
    .filter((event) => event.type === 'llm.completed')
    .flatMap((completed) => {
      const same = <T extends 'llm.prompted' | 'llm.answered'>(type: T): EventOf<T> | undefined =>
        log.find(
          ({ type: found, run, data }) =>
            found === type &&
            run === completed.run &&
            (data as { call?: number }).call === completed.data.call,
        ) as EventOf<T> | undefined;
      const prompted = same('llm.prompted');
      const answered = same('llm.answered');
      if (prompted === undefined || answered === undefined) return [];
      const { run, seq, node, data } = completed;
      return [
        {
          run,
          seq,
          node,
          call: data.call,
          prompt: prompted.data.prompt,
          response: answered.data.response,
          usage: data.usage,
        },
      ];
    });
}

/** Ends of nodes without an open start of the same place, by `run` and `seq`. */
export function loneEndsOracle(log: Log): unknown {
  const placeOf = ({ run, phase, node, visit = 1, item }: LogEvent): string =>
    JSON.stringify([run, phase === 'planner', node, visit, item]);
  const isNode = (event: LogEvent): boolean => event.type === 'node.started' || isEnd(event);
  const places = [...new Set(log.filter(isNode).map(placeOf))];
  return places.flatMap((place) => {
    let open = 0;
    return log
      .filter((event) => isNode(event) && placeOf(event) === place)
      .filter((event) => {
        open += isEnd(event) ? -1 : 1;
        const lone = open < 0;
        open = Math.max(0, open);
        return lone;
      })
      .map(({ run, seq }) => ({ run, seq }));
  });
}
