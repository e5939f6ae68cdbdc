// Checks that observing changes nothing, and that what is printed is in the documented form.
import { isDeepStrictEqual } from 'node:util';
import type { PflowError } from '../../src/errors.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { VOCABULARY, type EventType } from '../../src/events/vocabulary.ts';
import { EXIT_CODES_OF_SIGNALS } from './exit-codes.ts';
import type { SimulatedRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { withoutMeasures } from './without-measures.ts';

/** The exit code of a run that waits for approval. */
const PAUSED = 5;

/** The outcome, the output, the store and the files are the same with every observer. */
export function checkSameOutcomes(scenario: Scenario, runs: readonly SimulatedRun[]): string[] {
  const comparable = runs.filter((run) => isUndisturbed(scenario, run));
  const parallel = scenario.workflow.nodes.flatMap(({ batch }) => (batch?.parallel === true ? [batch] : []));
  const mayStopItems = parallel.some(({ error_handling }) => error_handling !== 'continue');
  const [first, ...others] = comparable.map((run) => {
    const remains = whatRemains(run);
    // Which of several items has ended at the moment of a stop is a matter of microtasks.
    const isStopped = run.outcome?.status !== 'success' || scenario.timeout !== undefined;
    const isPartial = mayStopItems || (parallel.length > 0 && isStopped);
    return { run, seen: withoutMeasures(isPartial ? pickEnd(remains) : remains) };
  });
  return others.flatMap(({ run, seen }) => {
    if (first === undefined || isDeepStrictEqual(seen, first.seen)) return [];
    // How many items start before one fails is a matter of microtasks, and so is whether the step of a signal comes.
    if (mayStopItems && run.wasSignalled !== first.run.wasSignalled) return [];
    return [`${run.observer}: differs from ${first.run.observer}: ${firstDifference(seen, first.seen)}`];
  });
}

/** False for a run that its limit of cost or its log stopped on purpose. */
function isUndisturbed({ logRequired }: Scenario, { observer, refusal, disk }: SimulatedRun): boolean {
  if (observer === 'limit' || refusal !== undefined) return false;
  // A signal may come while the run is being stopped, and then is its outcome.
  return !(logRequired && disk.hasFailed);
}

type Remains = Readonly<Record<string, unknown>>;

function pickEnd({ status, exitCode }: Remains): Remains {
  return { status, exitCode };
}

function whatRemains({ outcome, files, exitCode }: SimulatedRun): Remains {
  if (outcome === undefined) return {};
  const { status, error, output, shared, recovered, lastNode, notReached, warnings } = outcome;
  return {
    status,
    error: error && { code: error.code, message: error.message, hint: hintOf(error), node: error.node_id },
    output,
    shared,
    recovered,
    lastNode,
    notReached,
    warnings,
    files,
    // A log that is not complete has an exit code of its own.
    exitCode: exitCode === 3 ? 0 : exitCode,
  };
}

/** The way on from a pause is another one with a log. */
function hintOf({ code, hint }: PflowError): string | undefined {
  return code === 'APPROVAL_REQUIRED' ? undefined : hint;
}

function firstDifference(a: unknown, b: unknown, path = ''): string {
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      if (!isDeepStrictEqual(left[key], right[key]))
        return firstDifference(left[key], right[key], `${path}.${key}`);
  }
  return `${path} is ${shorten(a)} instead of ${shorten(b)}`;
}

function shorten(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Events of level metrics are the same, whichever level is recorded. */
export function checkLevels(scenario: Scenario, runs: readonly SimulatedRun[]): string[] {
  const logged = runs.filter((run) => run.events.length > 0 && isUndisturbed(scenario, run));
  const [first, ...others] = logged.map((run) => ({
    observer: run.observer,
    types: metricsTypes(scenario, run),
  }));
  return others.flatMap(({ observer, types }) => {
    if (first === undefined || isDeepStrictEqual(types, first.types)) return [];
    const [more, fewer] = [without(types, first.types), without(first.types, types)];
    return [`${observer} has [${more.join(', ')}] where ${first.observer} has [${fewer.join(', ')}]`];
  });
}

function without(types: readonly string[], others: readonly string[]): readonly string[] {
  const rest = [...others];
  return types.filter((type) => {
    const at = rest.indexOf(type);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Parallel items may end in another order, so the order is not compared. */
function metricsTypes({ workflow }: Scenario, { events }: SimulatedRun): readonly string[] {
  // Which of several items has ended when one of them fails is a matter of microtasks.
  const stopping = workflow.nodes
    .filter(({ batch }) => batch?.parallel === true && batch.error_handling !== 'continue')
    .map(({ id }) => id)
    .filter((id) =>
      events.some(({ type, node, item }) => type === 'node.failed' && node === id && item === undefined),
    );
  const isOfStopped = ({ node, item }: LogEvent): boolean =>
    item !== undefined && stopping.some((id) => node === id || node?.startsWith(`${id}/`) === true);
  return events
    .filter((event) => VOCABULARY[event.type as EventType].level === 'metrics' && !isOfStopped(event))
    .map(({ type, node, item }) => `${type} ${node ?? ''} ${String(item)}`)
    .sort();
}

/** Checks stdout, stderr and the exit code. */
export function checkPrinted(scenario: Scenario, run: SimulatedRun): string[] {
  const { observer, outcome, stdout, stderr } = run;
  if (outcome === undefined) return [];
  const isJson = observer === 'json' || observer === 'everything';
  const problems = checkExitCode(scenario, run);
  if (/^\s+at .*:\d+:\d+/mu.test(stderr)) problems.push('a stack trace is on stderr');
  if (outcome.error?.code === 'INTERNAL') problems.push(`INTERNAL: ${outcome.error.message}`);
  if (isJson) problems.push(...checkDocument(run, stdout));
  else if (outcome.status !== 'success' && stdout !== '') problems.push('a failed run printed a result');
  return problems;
}

function checkExitCode({ signal }: Scenario, { outcome, exitCode }: SimulatedRun): string[] {
  const expected = EXIT_CODES_OF_SIGNALS[signal?.name ?? 'SIGINT'];
  if (outcome?.status === 'interrupted' && exitCode !== expected)
    return [`the exit code is ${String(exitCode)} instead of ${String(expected)}`];
  if (outcome?.status === 'paused' && exitCode !== PAUSED)
    return [`a paused run ends with exit code ${String(exitCode)}`];
  return outcome?.status === 'failed' && exitCode === 0 ? ['a failed run ends with exit code 0'] : [];
}

function checkDocument({ outcome, exitCode }: SimulatedRun, stdout: string): string[] {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = JSON.parse(stdout) as typeof document;
  } catch {
    return ['stdout is not one JSON document'];
  }
  const problems: string[] = [];
  if (document['status'] !== outcome?.status) problems.push('the document has another status than the run');
  if (document['is_error'] !== (outcome?.status !== 'success'))
    problems.push(`is_error is ${String(document['is_error'])} and the exit code ${String(exitCode)}`);
  return problems;
}
