// Runs a scenario in this process, through the session of the command line. Time, the network
// and the disk of the log are virtual; commands, code and the files of nodes are real.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openSession, type Session } from '../../src/cli/run/session.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import { PflowError } from '../../src/errors.ts';
import type { LogEvent } from '../../src/events/event.ts';
import type { NodeType } from '../../src/flow/node-type.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';
import { prepareRequest } from '../../src/run/prepare-request.ts';
import { checkWorkflow } from '../../src/run/prepare-workflow.ts';
import type { RunOutcome, RunRequest } from '../../src/run/run-request.ts';
import type { SessionRequest } from '../../src/run/run-session.ts';
import type { RunOptions } from '../../src/cli/run/run-options.ts';
import { prepareInputs } from '../../src/workflow/prepare-inputs.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';
import { FakeDisk } from './fake-disk.ts';
import { withDistinctRequests } from './distinct-requests.ts';
import { FakeNetwork } from './fake-network.ts';
import { endMarkedProcesses, findMarkedProcesses, PATIENCE_MS, STEP_MS } from './marked-processes.ts';
import { flagsOf, type Observer } from './observers.ts';
import { GIVEN_FILES } from './random-params.ts';
import type { Scenario } from './scenario.ts';
import { countListeners, dropHangupListeners, SignalSender } from './signal-sender.ts';
import { createSurroundings, givenInputs, type Surroundings } from './surroundings.ts';
import { VirtualTime } from './virtual-time.ts';
import { World, type PaidRequest } from './world.ts';

export interface SimulatedRun {
  readonly observer: Observer;
  /** Absent when nothing ran. */
  readonly outcome?: RunOutcome;
  /** Why nothing ran. */
  readonly refusal?: PflowError;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The files of the debug folder, by name. */
  readonly traces: Readonly<Record<string, string>>;
  /** As delivered live, in order; empty without a log. */
  readonly events: readonly LogEvent[];
  readonly disk: FakeDisk;
  readonly paid: readonly PaidRequest[];
  /** Whether the signal of the scenario came: its step may never be reached. */
  readonly wasSignalled: boolean;
  /** Virtual milliseconds from the start of the run to its end. */
  readonly elapsedMs: number;
  /** What the run left behind, a sentence each. */
  readonly leftovers: readonly string[];
  /** Content of the files of the run, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** In memory, where the system has such a folder. */
export const FOLDERS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const ORIGIN = 'http://world.test';
const START = Date.UTC(2026, 0, 1);

/** The folder and the surroundings of runs that follow each other. */
export interface Place {
  readonly folder: string;
  readonly surroundings: Surroundings;
}

export interface RunChoices {
  /** Replaces no timer. */
  readonly isReal?: boolean;
  /** As a process has them. Otherwise they are the same on every machine. */
  readonly origin?: string;
  readonly start?: number;
  readonly breakAfterMs?: number;
  /** Prepares the request, before time is virtual. By default the workflow is read and runs from its start. */
  readonly prepare?: (flags: RunOptions) => Promise<SessionRequest>;
}

export async function runScenario(
  scenario: Scenario,
  observer: Observer,
  choices: RunChoices = {},
): Promise<SimulatedRun> {
  return inFolder(scenario, (place) => runIn(place, scenario, observer, choices), choices.origin);
}

export async function inFolder<T>(
  scenario: Scenario,
  work: (place: Place) => Promise<T>,
  origin = ORIGIN,
): Promise<T> {
  const folder = mkdtempSync(join(FOLDERS, 'pflow-simulation-'));
  const surroundings = createSurroundings(scenario, { folder, origin });
  writeFiles(folder, surroundings.files);
  try {
    return await work({ folder, surroundings });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function runIn(
  { folder, surroundings }: Place,
  scenario: Scenario,
  observer: Observer,
  { isReal = false, start = START, breakAfterMs = 0, prepare }: RunChoices = {},
): Promise<SimulatedRun> {
  const time = new VirtualTime({ start: start + scenario.seed, jump: scenario.clockJump, isReal });
  const signals = new SignalSender(scenario.signal);
  const world = new World({
    models: scenario.models,
    web: scenario.web,
    breakAfterMs,
    onRequest: () => {
      signals.step();
    },
  });
  const network = new FakeNetwork(world.serve);
  const listeners = countListeners();
  const hangupListeners = process.listeners('SIGHUP');
  const children = countChildren();
  const startsCommands = scenario.workflow.nodes.some(({ type }) => type === 'shell');
  const prepared = await prepare?.(flagsOf(observer, scenario));
  network.install();
  try {
    const disk = new FakeDisk(scenario.disk);
    const ran = await time.run(() =>
      runObserved({ scenario, observer, folder, surroundings, disk, time, signals, prepared }),
    );
    const leftovers = [
      ...time.left.map((origin) => `a timer is left: ${origin}`),
      ...(world.unanswered.size > 0 ? [`${String(world.unanswered.size)} requests are left open`] : []),
      ...(disk.isOpen ? ['the log file is left open'] : []),
      ...(startsCommands ? await findMarkedProcesses(surroundings.env, ran.outcome) : []),
      ...((await isLeft(() => countListeners() > listeners))
        ? ['a listener for signals or the exit is left']
        : []),
      ...((await isLeft(() => countChildren() > children)) ? ['a child process is left'] : []),
    ];
    return {
      ...ran,
      observer,
      disk,
      paid: world.paid,
      wasSignalled: signals.wasSent,
      leftovers,
      ...readFolder(folder),
    };
  } finally {
    network.uninstall();
    dropHangupListeners(hangupListeners);
    if (startsCommands) endMarkedProcesses(surroundings.env);
  }
}

interface Observed {
  readonly scenario: Scenario;
  readonly observer: Observer;
  readonly folder: string;
  readonly surroundings: Surroundings;
  readonly disk: FakeDisk;
  readonly time: VirtualTime;
  readonly signals: SignalSender;
  readonly prepared: SessionRequest | undefined;
}

type RanPart = Pick<
  SimulatedRun,
  'outcome' | 'refusal' | 'exitCode' | 'stdout' | 'stderr' | 'events' | 'elapsedMs'
>;

async function runObserved(observed: Observed): Promise<RanPart> {
  const { scenario, observer, surroundings, disk, time, signals } = observed;
  const { env } = surroundings;
  const flags = flagsOf(observer, scenario);
  const terminal = liveTerminal(observer === 'live');
  const events: LogEvent[] = [];
  const request = observed.prepared ?? (await prepareFromStart(observed, flags));
  let session: Session;
  try {
    session = await openSession({
      flags,
      terminal,
      heading: { name: 'scenario', nodes: scenario.workflow.nodes.map(({ id }) => id) },
      maxCost: flags.maxCost,
      env,
      disk,
      host: {
        now: () => time.wallNow(),
        monotonic: () => time.now(),
        randomBytes: (count) =>
          Uint8Array.from({ length: count }, (_, at) => (scenario.seed >>> (at % 24)) & 0xff),
      },
    });
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    return { refusal: error, exitCode: 2, stdout: '', stderr: '', events, elapsedMs: 0 };
  }
  session.log?.subscribe((event) => events.push(event));
  const registry = new Map(
    [...request.registry].map(([type, each]) => [
      type,
      withSteps(each, () => {
        signals.step();
      }),
    ]),
  );
  const start = time.now();
  const running = session.run({ ...request, registry });
  const outcome = await running;
  const elapsedMs = time.now() - start;
  const exitCode = await session.finish(outcome);
  const { out, err } = terminal.printed;
  return { outcome, exitCode, stdout: out, stderr: err, events, elapsedMs };
}

async function prepareFromStart(
  { scenario, folder, surroundings }: Observed,
  flags: RunOptions,
): Promise<SessionRequest & Pick<RunRequest, 'registry'>> {
  const { env } = surroundings;
  const named = {
    text: JSON.stringify(withDistinctRequests(scenario.workflow)),
    name: 'scenario',
    source: 'file' as const,
  };
  const prepared = await checkWorkflow(named, 'scenario.json', { cwd: folder, env, nodes: [] });
  const inputs = prepareInputs(prepared.workflow, { given: givenInputs(scenario, surroundings), env });
  return prepareRequest(prepared, inputs, { ...flags, cwd: folder, env });
}

/** Commands that get a signal have a second to end. */
async function isLeft(isThere: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS && isThere(); waited += STEP_MS)
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  return isThere();
}

/** Children that this process waits for. */
function countChildren(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'ProcessWrap').length;
}

/** A type whose attempts are steps. The nodes are those of the type. */
function withSteps(type: NodeType<RunContext>, onStep: () => void): NodeType<RunContext> {
  return {
    ...type,
    create(id) {
      const node = type.create(id);
      const exec = node.exec.bind(node);
      node.exec = (prepared, context) => {
        onStep();
        return exec(prepared, context);
      };
      return node;
    },
  };
}

function liveTerminal(isLive: boolean): ReturnType<typeof recordingTerminal> {
  const terminal: Terminal = recordingTerminal();
  return Object.assign(terminal, { outIsTerminal: isLive, errIsTerminal: isLive }) as never;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, 'utf8');
  }
  for (const [path, content] of Object.entries(GIVEN_FILES))
    writeFileSync(join(folder, path), content, 'latin1');
}

function readFolder(folder: string): Pick<SimulatedRun, 'files' | 'traces'> {
  const [files, traces]: [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (name.startsWith('home/debug/')) traces[name] = readFileSync(path, 'utf8');
    else if (!name.startsWith('home/')) files[name] = readFileSync(path, 'latin1');
  }
  return { files, traces };
}
