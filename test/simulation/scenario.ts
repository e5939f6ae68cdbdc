// Scenarios for the simulator: a workflow, the answers of its servers, its surroundings and faults, all from one seed.
import type { StopSignal } from '../../src/run/interruption.ts';
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import type { DiskCode, DiskFaults } from './fake-disk.ts';
import { createModelBehaviour, createWebBehaviour, TEXTS } from './random-behaviours.ts';
import { createWorkflow } from './random-workflow.ts';
import { Random } from './random.ts';
import type { ModelBehaviour, WebBehaviour } from './server-behaviours.ts';

export interface Scenario {
  readonly seed: number;
  readonly workflow: WorkflowFile;
  /** Nodes that are approved before the run. */
  readonly approve: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Environment variables with secret names, keys of providers included. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly models: readonly ModelBehaviour[];
  readonly web: readonly WebBehaviour[];
  /** A signal at the nth step. Requests and attempts are steps. */
  readonly signal?: { readonly at: number; readonly name: StopSignal; readonly twice: boolean };
  /** Seconds for the whole run. */
  readonly timeout?: number;
  readonly disk: DiskFaults;
  readonly logRequired: boolean;
  readonly durable: boolean;
  /** US dollars that the run with a limit may spend. */
  readonly budget: string;
  /** Moves the wall clock by so many milliseconds from a moment on. */
  readonly clockJump: { readonly at: number; readonly by: number };
  /** Its run is resumed from its log. */
  readonly isResumed: boolean;
  /** Also runs in a process of its own, so it must not wait for long. */
  readonly takesRealTime: boolean;
}

/** Secrets that are also words of a log. They cannot be searched for in its bytes. */
export const WORDS_OF_A_LOG: readonly string[] = [
  ...['success', 'failed', 'provider', 'default', 'completed', 'message', 'node_type', 'duration_ms'],
  ...['node.completed', 'anthropic', 'claude-sonnet-4-5', 'input_tokens', 'workflow', 'ollama', 'llama3.2'],
  ...['interrupted', 'application/json', 'content', 'response', 'absent', 'constructor', 'out/a.txt'],
];
/** Each needs another form somewhere: in JSON, in an address, on one line. */
const UNUSUAL_SECRETS = [
  'hunter2-correct-horse',
  'läuft "so"\nweiter',
  'e2f9c0aa41b7',
  'a/b+c=d%20&e',
  'Zx9-kQ7_mN4pR2sT',
  'correct horse battery',
  'back\\slash "quoted"',
];
const SECRET_VALUES = ['1234567', 'trueish', ...UNUSUAL_SECRETS, ...WORDS_OF_A_LOG];
const KEYS = [
  'test-key-of-provider',
  'ollama-key',
  'provider',
  'message',
  'sk-ant-api03-Zx9kQ7mN4pR2sTvW',
  'plain text',
].filter((key) => /^[\x21-\x7e]+$/u.test(key));

const DISK_CODES: readonly DiskCode[] = ['ENOSPC', 'EIO', 'EDQUOT', 'EROFS'];
const HOUR_MS = 3_600_000;

/** Separates the choice of resumed scenarios from the others. */
const RESUMES = 0x27d4eb2f;

/** One in so many scenarios also runs in a process of its own. */
const REAL_PROCESS = 100;

export function createScenario(seed: number): Scenario {
  const random = new Random(seed);
  const takesRealTime = seed % REAL_PROCESS === 0;
  const { workflow, approve } = createWorkflow(random, { seed, takesRealTime });
  const secrets = createSecrets(random);
  return {
    seed,
    workflow,
    approve,
    inputs: {
      text: random.pick(TEXTS),
      number: random.integer(-5, 5),
      list: random.pick([
        [],
        [1, 'two'],
        ['a', { b: 1 }, null, [2]],
        Array.from({ length: 12 }, (_, i) => i),
      ]),
      secret: random.chance(0.8) ? (Object.values(secrets)[0] ?? 'nothing') : pickSecret(random),
    },
    secrets,
    models: Array.from({ length: 12 }, () => createModelBehaviour(random, takesRealTime)),
    web: Array.from({ length: 8 }, () => createWebBehaviour(random, takesRealTime)),
    ...createInterruptions(random, workflow, takesRealTime),
    disk: createDiskFaults(random),
    logRequired: random.chance(0.15),
    durable: random.chance(0.2),
    budget: random.pick(['0.000001', '0.0005', '0.01', '1']),
    clockJump: {
      at: random.pick([0, 5, 2_000]),
      by: random.pick([0, 0, HOUR_MS, -HOUR_MS, -400_000 * HOUR_MS, 70_000 * HOUR_MS]),
    },
    takesRealTime,
    isResumed: new Random(seed ^ RESUMES).chance(0.15),
  };
}

function createSecrets(random: Random): Scenario['secrets'] {
  const named = ['DB_PASSWORD', 'SERVICE_TOKEN', 'PGPASSWORD', 'DEPOT_API_KEY'].flatMap((name) =>
    random.chance(0.4) ? [[name, pickSecret(random)] as const] : [],
  );
  const keys = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'ACME_LOGIN'];
  return Object.fromEntries([...named, ...keys.map((name) => [name, random.pick(KEYS)] as const)]);
}

function pickSecret(random: Random): string {
  return random.pick(random.chance(0.5) ? UNUSUAL_SECRETS : SECRET_VALUES);
}

/** A workflow with a loop gets a time limit: its servers may always fail. */
function createInterruptions(
  random: Random,
  { nodes, edges = [] }: WorkflowFile,
  takesRealTime: boolean,
): Pick<Scenario, 'signal' | 'timeout'> {
  const ids = nodes.map(({ id }) => id);
  const hasLoop = edges.some(({ from, to }) => ids.indexOf(to) <= ids.indexOf(from));
  const name = random.pick(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const);
  const signal = { at: random.integer(1, 7), name, twice: name === 'SIGHUP' && random.chance(0.5) };
  const startsProcess = nodes.some(({ type }) => type === 'shell' || type === 'code');
  // How long a process takes depends on the machine.
  const limits = takesRealTime ? [150] : startsProcess ? [400, 2_000] : [0.2, 3, 100, 2_000];
  return {
    ...(random.chance(0.25) ? { signal } : {}),
    ...(hasLoop ? { timeout: 100 } : random.chance(0.2) ? { timeout: random.pick(limits) } : {}),
  };
}

function createDiskFaults(random: Random): DiskFaults {
  const code = random.pick(DISK_CODES);
  switch (random.integer(0, 15)) {
    case 0:
      return { write: { at: random.integer(1, 30), code, part: random.chance(0.5) } };
    case 1:
      return { sync: { at: random.integer(1, 3), code } };
    case 2:
      return { capacity: random.integer(0, 8_000) };
    case 3:
      return { mostBytes: random.integer(1, 200) };
    case 4:
      return random.chance(0.3) ? { create: code } : { write: { at: 1, code, part: true } };
    default:
      return {};
  }
}
