// What must hold for every scenario, whichever faults it has. Each violation is one sentence.
import { isDeepStrictEqual } from 'node:util';
import { project, projectRuns, startLive } from '../../projections/fold.ts';
import { partners } from '../../projections/partners/projection.ts';
import { createProjections } from '../../projections/projection-list.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { VOCABULARY, type EventType } from '../../src/events/vocabulary.ts';
import { readPipedLog } from '../../src/log/read/read-piped-log.ts';
import type { ReadReport } from '../../src/log/read/reading-report.ts';
import { testPricing } from '../support/test-prices.ts';
import { describeError, OBSERVERS, runScenario, type Observer, type SimulatedRun } from './run-scenario.ts';
import { Random } from './random.ts';
import { WORDS_OF_A_LOG, type Scenario } from './scenario.ts';

const projections = createProjections({ pricing: testPricing() });

/** Runs the scenario under every observer. Returns the violations; empty when all promises hold. */
export async function checkScenario(scenario: Scenario): Promise<readonly string[]> {
  const runs: SimulatedRun[] = [];
  for (const observer of observersOf(scenario)) {
    try {
      runs.push(await runScenario(scenario, observer));
    } catch (error) {
      return [`${observer}: the run threw ${describeError(error)}`];
    }
  }
  const single = await Promise.all(runs.map((run) => checkRun(scenario, run)));
  return [...checkOutcomes(runs), ...checkLevels(runs), ...single.flat()];
}

/** Always a log file and no observer at all; the others in turn. */
function observersOf({ seed }: Scenario): readonly Observer[] {
  const others = OBSERVERS.filter((observer) => observer !== 'none' && observer !== 'file-trace');
  return ['none', 'file-trace', ...others.filter((_, index) => index === seed % others.length)];
}

/** Observing changes nothing: outcome, output and store are the same with every observer. */
function checkOutcomes(runs: readonly SimulatedRun[]): string[] {
  const [first, ...others] = runs.map(({ outcome, observer }) => ({ observer, seen: comparable(outcome) }));
  return others.flatMap(({ observer, seen }) =>
    isDeepStrictEqual(seen, first?.seen)
      ? []
      : [
          `${observer}: the outcome differs from that without an observer: ${JSON.stringify(seen)} instead of ${JSON.stringify(first?.seen)}`,
        ],
  );
}

function comparable({
  status,
  error,
  output,
  shared,
  recovered,
  lastNode,
}: SimulatedRun['outcome']): unknown {
  const plain = { status, code: error?.code, message: error?.message, output, shared, recovered, lastNode };
  return JSON.parse(
    JSON.stringify(plain, (key, value: unknown) => {
      if (MEASURED.has(key)) return 'measured';
      if (typeof value === 'bigint') return String(value);
      return typeof value === 'string' ? value.replaceAll(/127\.0\.0\.1:\d+/gu, 'loopback') : value;
    }),
  );
}

/** Members that differ between runs: times and dates. */
const MEASURED: ReadonlySet<string> = new Set(['response_time_ms', 'response_headers']);

/** Events of level metrics are the same, whichever level is recorded. */
function checkLevels(runs: readonly SimulatedRun[]): string[] {
  const [first, ...others] = runs.filter(({ observer }) => observer !== 'none');
  return others.flatMap((run) =>
    isDeepStrictEqual(metricsTypes(run), metricsTypes(first))
      ? []
      : [`${run.observer} and ${first?.observer ?? ''} have different events of level metrics`],
  );
}

function metricsTypes(run: SimulatedRun | undefined): readonly string[] {
  const types = (run?.events ?? []).map(({ type }) => type as EventType);
  return types.filter((type) => VOCABULARY[type].level === 'metrics');
}

async function checkRun(scenario: Scenario, run: SimulatedRun): Promise<string[]> {
  if (run.observer === 'none') return [];
  const problems = [...checkPartners(run), ...checkCalls(run), ...checkLive(run)];
  if (run.bytes !== undefined) problems.push(...(await checkFile(scenario, run, run.bytes)));
  return problems.map((problem) => `${run.observer}: ${problem}`);
}

function checkPartners({ events }: SimulatedRun): string[] {
  const { findings, open } = project(partners, events);
  return [...findings, ...open].map(({ code, why }) => `${code}: ${why}`);
}

/** Every model request that was sent has its bill or its failure in the log. */
function checkCalls({ events, modelRequests }: SimulatedRun): string[] {
  const recorded = events.filter(({ type }) => type === 'llm.completed' || type === 'llm.failed').length;
  return recorded >= modelRequests
    ? []
    : [`${String(modelRequests)} model requests were sent and ${String(recorded)} are in the log`];
}

/** Live folds equal folds over the finished log. */
function checkLive({ events }: SimulatedRun): string[] {
  return projections.flatMap((projection) => {
    if (projection.scope !== 'log') return [];
    const live = startLive(projection);
    for (const event of events) live.add(event);
    return isDeepStrictEqual(live.result(), project(projection, events))
      ? []
      : [`${projection.name} live differs from replayed`];
  });
}

interface Reading {
  readonly report: ReadReport;
  readonly events: readonly LogEvent[];
}

async function read(bytes: Buffer): Promise<Reading> {
  const events: LogEvent[] = [];
  const report = await readPipedLog(chunks(bytes), {
    onEvent: (event) => events.push(event),
    skipCorrupt: true,
  });
  return { report, events };
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield bytes;
}

/** The log is a prefix of the events, and whole unless the disk failed. So is every log that a kill leaves behind. */
async function checkFile(scenario: Scenario, run: SimulatedRun, bytes: Buffer): Promise<string[]> {
  const problems = leaks(scenario, bytes);
  if (bytes.indexOf(NEWLINE) < 0) return problems;
  const { report, events } = await read(bytes);
  const live = run.events.slice(0, events.length);
  if (!isDeepStrictEqual(events, JSON.parse(JSON.stringify(live)))) {
    problems.push('the events of the file are not those that happened');
  }
  problems.push(...checkEnd(report, run.isPoisoned));
  for (const projection of projections) {
    const [offline, online] = [events, live].map((log) => JSON.stringify(projectRuns(projection, log)));
    if (offline !== online) problems.push(`${projection.name} differs after reading`);
  }
  return [...problems, ...(await checkKilled(scenario, bytes))];
}

const NEWLINE = 10;

function checkEnd({ findings, runs }: ReadReport, isPoisoned: boolean): string[] {
  const [run] = runs;
  return [
    ...findings.map(({ why }) => `the file is damaged: ${why}`),
    ...(!isPoisoned && run?.whole !== true ? ['the file is not whole although no write failed'] : []),
    ...(isPoisoned && run?.completed !== undefined ? ['the file has its end although a write failed'] : []),
  ];
}

/** A log that ends anywhere, as after `kill -9`, is neither damaged nor whole. */
async function checkKilled({ seed }: Scenario, bytes: Buffer): Promise<string[]> {
  const cut = new Random(seed).integer(bytes.indexOf(NEWLINE) + 1, bytes.length);
  const { report } = await read(bytes.subarray(0, cut));
  const where = `cut after ${String(cut)} of ${String(bytes.length)} bytes`;
  return [
    ...(report.findings.length > 0 ? [`${where}, the file is called damaged`] : []),
    ...(cut < bytes.length && report.runs[0]?.whole === true ? [`${where}, the file is called whole`] : []),
  ];
}

/** Words of a log cannot be searched for. A variable that holds a number is not secret. */
function leaks({ secrets }: Scenario, bytes: Buffer): string[] {
  return Object.entries(secrets).flatMap(([name, value]) => {
    if (WORDS_OF_A_LOG.includes(value) || /^\d+$/u.test(value)) return [];
    const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
    return forms.some((form) => bytes.includes(form)) ? [`the value of ${name} is in the file`] : [];
  });
}
