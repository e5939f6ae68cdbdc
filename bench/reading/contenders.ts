// The compared programs and the result each must print. Each runs once before the measurement; a program that fails or
// prints another result is excluded.
import { strict as assert } from 'node:assert';
import type { Cost } from '../../projections/cost/schema.ts';
import type { Metrics } from '../../projections/metrics/schema.ts';
import type { Trace } from '../../projections/trace/schema.ts';
import { jq, outputOf, pflow, rival, run, type Command } from './commands.ts';
import { EVENTS_PER_RUN, NODES_PER_RUN } from './generate.ts';
import type { Sums } from './rivals/sums.ts';
import { numbersOfCost, numbersOfMetrics, numbersOfSums, requireSame } from './same-answers.ts';

export type Contenders<Name extends string> = Readonly<Record<Name, Command>>;
/** Reasons for exclusion, by program. */
export type Excluded<Name extends string> = ReadonlyMap<Name, string>;

export type Summing = 'metrics' | 'cost' | 'verify' | 'DuckDB' | 'JSON.parse' | 'ndjson' | 'jq';
export type Searching = 'trace' | 'DuckDB' | 'JSON.parse' | 'ndjson' | 'jq';

export function summing(log: string): Contenders<Summing> {
  return {
    metrics: pflow('replay', log, '--project', 'metrics'),
    cost: pflow('replay', log, '--project', 'cost'),
    verify: pflow('verify', log),
    DuckDB: rival('duckdb', log),
    'JSON.parse': rival('json-parse', log),
    ndjson: rival('ndjson', log),
    jq: jq('-n', '-f', 'bench/reading/rivals/sums.jq', log),
  };
}

/** One run among all of the log. */
export function searching(log: string, id: string): Contenders<Searching> {
  return {
    trace: pflow('replay', log, '--project', 'trace', '--run', id),
    DuckDB: rival('duckdb', log, id),
    'JSON.parse': rival('json-parse', log, id),
    ndjson: rival('ndjson', log, id),
    jq: jq('-c', '--arg', 'run', id, 'select(.run == $run)', log),
  };
}

/** `damaged`: a log of which one bit was turned. */
export function excludeSumming(
  { metrics, cost, verify, ...rivals }: Contenders<Summing>,
  damaged: string,
): Excluded<Summing> {
  const ours = new Map([
    ...numbersOfMetrics(answerOf(metrics) as Metrics),
    ...numbersOfCost(answerOf(cost) as Cost),
  ]);
  return excluded<Summing>({
    verify: () => {
      outputOf(verify);
      assert.equal(run(pflow('verify', damaged)).status, 1, 'verify does not see a bit that was turned');
    },
    ...checks(rivals, (command) => {
      requireSame(ours, numbersOfSums(answerOf(command) as Sums));
    }),
  });
}

export function excludeSearching(
  { trace, ...rivals }: Contenders<Searching>,
  id: string,
): Excluded<Searching> {
  const { 'JSON.parse': plain } = rivals;
  const events = eventsOf(plain);
  return excluded<Searching>({
    trace: () => {
      const { execution_id, nodes } = answerOf(trace) as Trace;
      assert.deepEqual([execution_id, nodes.length], [id, NODES_PER_RUN], 'the trace is of another run');
    },
    ...checks(rivals, (command) => {
      assert.equal(events.length, EVENTS_PER_RUN, 'a run has another number of events');
      assert.deepEqual(eventsOf(command), events, 'the events of the run are not the same');
    }),
  });
}

function checks<Name extends string>(
  commands: Contenders<Name>,
  check: (command: Command) => void,
): Record<Name, () => void> {
  const entries = Object.entries<Command>(commands).map(([name, command]) => [
    name,
    () => {
      check(command);
    },
  ]);
  return Object.fromEntries(entries) as Record<Name, () => void>;
}

function excluded<Name extends string>(checks: Readonly<Partial<Record<Name, () => void>>>): Excluded<Name> {
  const reasons = new Map<Name, string>();
  for (const [name, check] of Object.entries<(() => void) | undefined>(checks)) {
    try {
      check?.();
    } catch (error) {
      reasons.set(name as Name, (error as Error).message);
    }
  }
  return reasons;
}

function answerOf(command: Command): unknown {
  return JSON.parse(outputOf(command));
}

/** Without what a typed reader does not hand over: the checksum, and keys that are absent. */
function eventsOf(command: Command): unknown[] {
  const lines = outputOf(command).trimEnd().split('\n');
  return lines.map((line) => {
    const { crc: _crc, ...event } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
  });
}
