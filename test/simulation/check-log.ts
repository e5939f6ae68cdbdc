// Checks the log of a run: it is a prefix of what happened and verifies, replaying it gives what was live, and sums are
// those of their parts.
import { isDeepStrictEqual } from 'node:util';
import Big from 'big.js';
import { createCost } from '../../projections/cost/projection.ts';
import type { Projection } from '../../projections/contract.ts';
import { fold, project, projectRuns, startLive } from '../../projections/fold.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { partners } from '../../projections/partners/projection.ts';
import { createProjections } from '../../projections/projection-list.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import { readPipedLog } from '../../src/log/read/read-piped-log.ts';
import type { ReadReport } from '../../src/log/read/reading-report.ts';
import { Random } from './random.ts';
import type { SimulatedRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

const pricing = loadPricing({ unknownModel: 'fallback' });
const projections = createProjections({ pricing });
const [cost, metrics] = [createCost({ pricing }), createMetrics({ pricing })];
const NEWLINE = 10;

export async function checkLog(scenario: Scenario, run: SimulatedRun): Promise<string[]> {
  const { events, disk } = run;
  if (events.length === 0) return [];
  const problems = [...checkEvents(events), ...checkSums(events)];
  // A single observer suffices: the others have the same events.
  if (run.observer === 'log-trace') problems.push(...checkLive(events));
  if (disk.bytes.length > 0 || run.observer.startsWith('log'))
    problems.push(...(await checkFile(scenario, run)));
  return problems;
}

function checkEvents(events: readonly LogEvent[]): string[] {
  const { findings, open } = project(partners, events);
  const [last] = events.slice(-1);
  // A node that waits for approval ends in the run that goes on.
  const isPaused = last?.type === 'run.completed' && last.data.status === 'paused';
  return [
    ...[...findings, ...(isPaused ? [] : open)].map(({ code, why }) => `${code}: ${why}`),
    ...(last?.type === 'run.completed' ? [] : ['the run has no end']),
    ...events.flatMap(({ seq }, index) =>
      seq === index ? [] : [`seq ${String(seq)} at place ${String(index)}`],
    ),
  ];
}

/** Live folds equal folds over the finished log. */
function checkLive(events: readonly LogEvent[]): string[] {
  return projections.flatMap((projection) => {
    if (projection.scope !== 'log') return [];
    const live = startLive(projection);
    for (const event of events) live.add(event);
    const replayed = project(projection, events);
    return [
      ...(isDeepStrictEqual(live.result(), replayed)
        ? []
        : [`${projection.name} live differs from replayed`]),
      ...checkMerge(projection, events, replayed),
    ];
  });
}

/** The folds of two parts merge into the fold of the whole. */
function checkMerge<State, Result>(
  projection: Projection<State, Result>,
  events: readonly LogEvent[],
  whole: Result,
): string[] {
  const middle = Math.floor(events.length / 2);
  const [first, second] = [fold(projection, events.slice(0, middle)), fold(projection, events.slice(middle))];
  const merged = projection.merge?.(first, second);
  if (merged === undefined || isDeepStrictEqual(projection.result(merged), whole)) return [];
  return [`${projection.name} differs when two parts are merged`];
}

/** The total is the sum over nodes, over models and over phases. */
function checkSums(events: readonly LogEvent[]): string[] {
  const { by_model, by_node, by_phase, total_cost_usd } = project(cost, events);
  const document = project(metrics, events);
  const phases = [document.metrics.planner, document.metrics.workflow].filter((phase) => phase !== null);
  const sums = Object.entries({ by_model, by_node, by_phase }).flatMap(([name, rows]) => {
    const sum = rows.reduce((all, row) => all.plus(row.cost_usd), new Big(0)).toFixed();
    return sum === total_cost_usd ? [] : [`${name} sums to ${sum} and the total is ${total_cost_usd}`];
  });
  const tokens = (['tokens_input', 'tokens_output', 'tokens_total'] as const).flatMap((name) => {
    const whole = document.metrics.total[name];
    const parts = [phases, document.models].map((rows) => rows.reduce((all, row) => all + row[name], 0));
    return parts.every((part) => part === whole)
      ? []
      : [`${name} is ${String(whole)}, its parts ${String(parts)}`];
  });
  return [...sums, ...tokens];
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
async function checkFile(scenario: Scenario, run: SimulatedRun): Promise<string[]> {
  const { disk } = run;
  const { bytes } = disk;
  const problems = disk.callsAfterError > 0 ? ['the log was used after its first error'] : [];
  // A disk that takes a few bytes at a time takes all of them.
  const hasFault = Object.keys(scenario.disk).some((fault) => fault !== 'mostBytes');
  if (bytes.indexOf(NEWLINE) < 0) return hasFault ? problems : [...problems, 'the log is empty'];
  const { report, events } = await read(bytes);
  const live = run.events.slice(0, events.length);
  if (!isDeepStrictEqual(events, JSON.parse(JSON.stringify(live))))
    problems.push('the events of the file are not those that happened');
  problems.push(...report.findings.map(({ why }) => `the file is damaged: ${why}`));
  const isWhole = report.runs[0]?.whole === true;
  problems.push(...checkEnd(run, report.runs[0]?.completed, { isWhole, hasFault }));
  for (const projection of run.observer === 'log-trace' ? projections : []) {
    const [offline, online] = [events, live].map((log) => JSON.stringify([...projectRuns(projection, log)]));
    if (offline !== online) problems.push(`${projection.name} differs after reading`);
  }
  problems.push(...(isWhole ? checkDocument(run, events) : []));
  return [...problems, ...(await checkKilled(scenario, bytes)), ...(await checkLost(scenario, bytes))];
}

function checkEnd(
  { outcome, exitCode }: SimulatedRun,
  completed: string | undefined,
  { isWhole, hasFault }: { readonly isWhole: boolean; readonly hasFault: boolean },
): string[] {
  if (isWhole) return completed === outcome?.status ? [] : ['the file has another status than the run'];
  return [
    ...(hasFault ? [] : ['the file is not whole although no write failed']),
    ...(exitCode === 0 ? ['the log is not whole and the exit code is 0'] : []),
  ];
}

/** What the JSON document measured is what a replay of the file gives. */
function checkDocument({ observer, stdout }: SimulatedRun, events: readonly LogEvent[]): string[] {
  if (observer !== 'everything') return [];
  const document = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  const priced = createMetrics({ pricing: loadPricing({}) });
  const replayed = JSON.parse(JSON.stringify(project(priced, events))) as Readonly<Record<string, unknown>>;
  return Object.entries(replayed).flatMap(([name, value]) =>
    isDeepStrictEqual(document[name], value)
      ? []
      : [`${name} of the document differs from a replay of the log`],
  );
}

/** A log that ends anywhere is neither damaged nor whole. So `kill -9` leaves it. */
async function checkKilled({ seed }: Scenario, bytes: Buffer): Promise<string[]> {
  const random = new Random(seed);
  const first = bytes.indexOf(NEWLINE) + 1;
  const anywhere = random.integer(first, bytes.length);
  const atLineEnd = bytes.lastIndexOf(NEWLINE, random.integer(first, bytes.length)) + 1;
  const problems: string[] = [];
  for (const cut of [anywhere, Math.max(first, atLineEnd)]) {
    const { report } = await read(bytes.subarray(0, cut));
    const where = `cut after ${String(cut)} of ${String(bytes.length)} bytes`;
    if (report.findings.length > 0) problems.push(`${where}, the file is called damaged`);
    if (cut < bytes.length && report.runs[0]?.whole === true)
      problems.push(`${where}, the file is called whole`);
  }
  return problems;
}

/** A line that is lost from the middle or that is there twice is reported. */
async function checkLost({ seed }: Scenario, bytes: Buffer): Promise<string[]> {
  const lines = bytes.toString('latin1').split('\n').slice(0, -1);
  if (lines.length < 3) return [];
  const at = new Random(seed).integer(1, lines.length - 2);
  const damaged = { lost: lines.toSpliced(at, 1), repeated: lines.toSpliced(at, 0, lines[at] ?? '') };
  const problems: string[] = [];
  for (const [how, changed] of Object.entries(damaged)) {
    const { report } = await read(Buffer.from(changed.map((line) => `${line}\n`).join(''), 'latin1'));
    if (report.findings.length === 0) problems.push(`line ${String(at + 1)} is ${how} and not reported`);
  }
  return problems;
}
