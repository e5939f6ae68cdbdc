// Lists how a run is observed, as options of the command line.
import type { RunOptions } from '../../src/cli/run/run-options.ts';
import type { Scenario } from './scenario.ts';

const OBSERVERS = [
  'none',
  'log-trace',
  'json',
  'trace',
  'log-metrics',
  'everything',
  'live',
  'budget',
  'limit',
] as const;
export type Observer = (typeof OBSERVERS)[number];

/** The same in a process of its own: hints name it. */
export const LOG = 'logs/run.ndjson';

/** The options that every run of a scenario has, and those of the observer. */
export function flagsOf(observer: Observer, scenario: Scenario): RunOptions {
  const { timeout, logRequired, durable, approve } = scenario;
  const common = {
    outputFormat: 'text' as const,
    onMiss: 'error' as const,
    nodes: [],
    approve,
    ...(timeout === undefined ? {} : { timeout }),
  };
  const log = { log: LOG, logRequired, durable };
  switch (observer) {
    case 'none':
    case 'live':
      return common;
    case 'json':
      return { ...common, outputFormat: 'json' };
    case 'trace':
      return { ...common, trace: true };
    case 'log-metrics':
      return { ...common, ...log, logLevel: 'metrics' };
    case 'log-trace':
      return { ...common, ...log, logLevel: 'trace' };
    case 'everything':
      return { ...common, ...log, outputFormat: 'json', trace: true, logLevel: 'trace' };
    case 'budget':
      return { ...common, maxCost: '1000000', unknownModel: 'fallback', unmetered: 'allow' };
    case 'limit':
      return { ...common, ...log, maxCost: scenario.budget, unknownModel: 'fallback', unmetered: 'allow' };
  }
}

/** Always no observer and a log; one of the others in turn. */
export function observersOf({ seed }: Scenario): readonly Observer[] {
  const others = OBSERVERS.slice(2);
  return ['none', 'log-trace', others[seed % others.length] ?? 'json'];
}
