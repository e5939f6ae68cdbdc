// Runs a scenario in a process of its own. The program is the built one, the servers are on loopback, and the log, the
// disk and the signals are real.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { readPipedLog } from '../../src/log/read/read-piped-log.ts';
import { ROOT } from '../support/root.ts';
import { endMarkedProcesses, findMarkedProcesses } from './marked-processes.ts';
import { LOG } from './observers.ts';
import { FOLDERS, runScenario, writeFiles, type SimulatedRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { createSurroundings, givenInputs } from './surroundings.ts';
import { withDistinctRequests } from './distinct-requests.ts';
import { World } from './world.ts';
import { withoutTimes } from './without-measures.ts';

const PROGRAM = join(ROOT, 'dist/bin/pflow.js');
/** A process that does not end by itself. */
const LONGEST_MS = 200_000;
/** As long as that of a server here: a text with an address is cut after so many characters. */
const ORIGIN = 'http://127.0.0.1:40000';
/** A broken connection loses what has arrived and was not read. */
const READING_MS = 1_000;

interface ProcessRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly log: Buffer;
  readonly leftovers: readonly string[];
}

/** Runs the scenario here, without its signal and the faults of its disk. */
export function runUndisturbed(scenario: Scenario): Promise<SimulatedRun> {
  return runScenario(undisturbed(scenario), 'everything', {
    origin: ORIGIN,
    start: Date.now(),
    breakAfterMs: READING_MS,
  });
}

/** Runs the scenario in a process. Returns the differences from the run here. */
export async function checkProcess(scenario: Scenario, here: SimulatedRun): Promise<readonly string[]> {
  const there = await runProcess(undisturbed(scenario));
  const problems = [...there.leftovers];
  if (here.exitCode !== there.code)
    problems.push(`exit code ${String(there.code)} instead of ${String(here.exitCode)}: ${there.stderr}`);
  const stopping = nodesThatStopItems(scenario);
  const [expected, found] = [here.stdout, there.stdout].map((text) => comparableDocument(text, stopping));
  if (expected !== found) problems.push(`the document is ${String(found)} instead of ${String(expected)}`);
  problems.push(...(await checkLogBytes(there.log, true)));
  if (scenario.signal !== undefined) problems.push(...(await checkStopped(scenario)));
  return problems.map((problem) => `process: ${problem}`);
}

function undisturbed({ signal: _signal, ...scenario }: Scenario): Scenario {
  return { ...scenario, disk: {}, logRequired: false, clockJump: { at: 0, by: 0 } };
}

/** A signal leaves a whole log and no process; `kill -9` leaves a log that is a prefix. */
async function checkStopped(scenario: Scenario): Promise<readonly string[]> {
  const stopped = await runProcess({ ...scenario, disk: {}, logRequired: false });
  const killed = await runProcess({ ...scenario, disk: {}, logRequired: false }, 'SIGKILL');
  return [
    ...stopped.leftovers,
    ...(await checkLogBytes(stopped.log, true)),
    ...(await checkLogBytes(killed.log, killed.code !== null)),
  ];
}

async function checkLogBytes(log: Buffer, isWhole: boolean): Promise<readonly string[]> {
  if (log.length === 0) return isWhole ? ['there is no log'] : [];
  const report = await readPipedLog(chunks(log), { onEvent: () => undefined, skipCorrupt: true });
  return [
    ...report.findings.map(({ why }) => `the log is damaged: ${why}`),
    ...(isWhole && report.runs[0]?.whole !== true ? ['the log is not whole'] : []),
  ];
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield bytes;
}

async function runProcess(scenario: Scenario, kill?: 'SIGKILL'): Promise<ProcessRun> {
  const folder = mkdtempSync(join(FOLDERS, 'pflow-simulation-'));
  let requests = 0;
  let stop: () => void = () => undefined;
  const world = new World({
    models: scenario.models,
    web: scenario.web,
    breakAfterMs: READING_MS,
    onRequest: () => {
      requests += 1;
      if (requests === scenario.signal?.at) stop();
    },
  });
  const server = createServer(world.serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const surroundings = createSurroundings(scenario, { folder, origin });
  writeFiles(folder, surroundings.files);
  writeFileSync(join(folder, 'scenario.json'), JSON.stringify(withDistinctRequests(scenario.workflow)));
  mkdirSync(dirname(join(folder, LOG)));
  try {
    const words = Object.entries(givenInputs(scenario, surroundings)).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const child = spawn(
      process.execPath,
      [PROGRAM, 'run', 'scenario.json', ...words, ...optionsOf(scenario)],
      { cwd: folder, env: surroundings.env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    stop = () => child.kill(kill ?? scenario.signal?.name);
    const printed = { stdout: '', stderr: '' };
    child.stdout.on('data', (text: Buffer) => (printed.stdout += text.toString('utf8')));
    child.stderr.on('data', (text: Buffer) => (printed.stderr += text.toString('utf8')));
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
    clearTimeout(timer);
    const status = code !== null && code > 128 ? ('interrupted' as const) : ('success' as const);
    const leftovers =
      kill === undefined ? await findMarkedProcesses(surroundings.env, { status }) : ([] as const);
    return { code, ...printed, leftovers, log: readLogFile(join(folder, LOG)) };
  } finally {
    server.closeAllConnections();
    server.close();
    endMarkedProcesses(surroundings.env);
    rmSync(folder, { recursive: true, force: true });
  }
}

function optionsOf({ timeout, durable, approve }: Scenario): readonly string[] {
  return [
    ...['--output-format', 'json', '--trace', '--log', LOG],
    ...(timeout === undefined ? [] : ['--timeout', String(timeout)]),
    ...(durable ? ['--durable'] : []),
    ...approve.flatMap((node) => ['--approve', node]),
  ];
}

function readLogFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** A failed item ends the others of its batch. */
function nodesThatStopItems({ workflow }: Scenario): ReadonlySet<string> {
  const stopping = workflow.nodes.filter(
    ({ batch }) => batch?.parallel === true && batch.error_handling !== 'continue',
  );
  return new Set(stopping.map(({ id }) => id));
}

interface ComparedStep {
  readonly node_id: string;
  readonly status: string;
}

/** What does not depend on the machine: the result, the error, the steps and what was spent. */
function comparableDocument(stdout: string, stopping: ReadonlySet<string>): string {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = JSON.parse(stdout) as typeof document;
  } catch {
    return `not a document: ${stdout}`;
  }
  const { result, is_error, status, error, warnings, steps, metrics, total_cost_usd } = document;
  const nodes = steps as readonly ComparedStep[] | undefined;
  const isStopped = ({ node_id, status: end }: ComparedStep): boolean =>
    stopping.has(node_id) && end === 'failed';
  // What the items of a stopped batch had done, and which of two failures was first, is a matter of microseconds.
  const whole = nodes?.some(isStopped)
    ? {
        ...{ result, is_error, status, code: (error as { code?: string } | undefined)?.code },
        steps: nodes.map((step) => (isStopped(step) ? step.node_id : step)),
      }
    : { result, is_error, status, error, warnings, steps, metrics, total_cost_usd };
  const text = JSON.stringify(whole, (key, value: unknown) =>
    /_ms$|^timing$|^node_timings$|^connection$|^keep-alive$|^date$|^transfer-encoding$|^content-length$/u.test(
      key,
    )
      ? undefined
      : value,
  );
  return withoutTimes(text);
}
