// Scenarios for the simulator: a workflow, the answers of its servers, its surroundings and faults, all from one seed.
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import type { Behaviour } from '../support/provider/script.ts';
import { Random } from './random.ts';

/** What the web server does with its nth request. */
export type WebBehaviour =
  | { readonly kind: 'answer'; readonly body: string }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'reset' };

export interface Scenario {
  readonly seed: number;
  readonly workflow: WorkflowFile;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Environment variables with secret names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What the model server does with its nth request. */
  readonly models: readonly Behaviour[];
  readonly web: readonly WebBehaviour[];
  /** Aborts the run at the nth request of both servers, counted from 1. */
  readonly interruptAt?: number;
  /** The nth write of the log fails with this code, after half a line. */
  readonly diskFault?: { readonly at: number; readonly code: 'ENOSPC' | 'EIO' };
  /** Milliseconds that the wall clock jumps at each reading. */
  readonly clockJump: number;
}

const MODELS = [
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-4o-mini',
  'google/gemini-2.5-flash',
  'local/llama-3',
];
/** Secrets that are also words of a log. */
export const WORDS_OF_A_LOG: readonly string[] = [
  'success',
  'failed',
  'provider',
  'default',
  'completed',
  'message',
  'node_type',
  'duration_ms',
  'node.completed',
  'anthropic',
  'claude-sonnet-4-5',
  'input_tokens',
  'workflow',
];
const SECRET_VALUES = [
  'hunter2-correct-horse',
  'läuft "so"\nweiter',
  'e2f9c0aa41b7',
  '1234567',
  'trueish',
  ...WORDS_OF_A_LOG,
];
const TEXTS = [
  'plain text',
  'two\nlines',
  '{"a": [1, {"b": 9007199254740993}]}',
  'quotes " and \' and `',
  '${not a template',
  '漢字 😀',
  '',
  '0',
  'x'.repeat(300),
];

export function createScenario(seed: number): Scenario {
  const random = new Random(seed);
  const count = random.integer(1, 5);
  const nodes = Array.from({ length: count }, (_, index) => createNode(random, index));
  const secrets = Object.fromEntries(
    ['DB_PASSWORD', 'SERVICE_TOKEN'].flatMap((name) =>
      random.chance(0.5) ? [[name, random.pick(SECRET_VALUES)] as const] : [],
    ),
  );
  const faults = random.chance(0.25) ? { interruptAt: random.integer(1, 4) } : {};
  const disk = random.chance(0.25)
    ? { diskFault: { at: random.integer(1, 20), code: random.pick(['ENOSPC', 'EIO'] as const) } }
    : {};
  return {
    seed,
    workflow: { nodes, edges: createEdges(random, nodes) },
    inputs: {
      text: random.pick(TEXTS),
      number: random.integer(-5, 5),
      secret: Object.values(secrets)[0] ?? 'nothing',
    },
    secrets,
    models: Array.from({ length: 8 }, () => createModelBehaviour(random)),
    web: Array.from({ length: 6 }, () => createWebBehaviour(random)),
    ...faults,
    ...disk,
    clockJump: random.pick([0, 0, 3_600_000, -3_600_000]),
  };
}

type FileNode = WorkflowFile['nodes'][number];

/** Nodes refer to inputs and to earlier nodes. A reference has a default where the earlier node may have failed. */
function createNode(random: Random, index: number): FileNode {
  const id = `n${String(index)}`;
  const value = createValue(random, index);
  const retry = { max: random.integer(1, 2), wait_s: 0 };
  switch (random.integer(0, 5)) {
    case 0:
      return {
        id,
        type: 'llm',
        params: {
          model: random.pick(MODELS),
          prompt: value,
          ...(random.chance(0.2) ? { output_schema: { type: 'object', properties: { a: {} } } } : {}),
        },
        retry,
      };
    case 1:
      return {
        id,
        type: 'http',
        params: { url: '${web}/item', ...(random.chance(0.5) ? { body: { value } } : {}) },
        retry,
      };
    case 2:
      return {
        id,
        type: 'shell',
        params: {
          command: random.pick(['cat', 'cat; exit 3', 'echo out; echo err >&2', 'cat >&2; exit 1']),
          stdin: value,
          ignore_errors: random.chance(0.3),
        },
      };
    case 3:
      return {
        id,
        type: 'write-file',
        params: { file_path: `out/${id}.txt`, content: value, append: random.chance(0.3) },
      };
    case 4:
      return {
        id,
        type: 'code',
        params: {
          code: random.pick([
            'return inputs.value',
            'return { length: String(inputs.value).length, value: inputs.value }',
            'throw new Error("no: " + inputs.value)',
          ]),
          inputs: { value },
        },
      };
    default:
      return { id, type: 'echo', params: { message: value } };
  }
}

const OUTPUT_KEYS = ['response', 'stdout', 'result', 'message', 'error', 'exit_code', 'content'];

function createValue(random: Random, index: number): string {
  const sources = ['${text}', '${number}', '${secret}', 'a fixed text', 'text: ${text}, number: ${number}'];
  if (index > 0 && random.chance(0.7)) {
    const from = `n${String(random.integer(0, index - 1))}`;
    const key = random.pick(OUTPUT_KEYS);
    return random.pick([`\${${from}.${key} ?? "absent"}`, `value \${${from}.${key} ?? "absent"} end`]);
  }
  return random.pick(sources);
}

function createEdges(random: Random, nodes: readonly FileNode[]): NonNullable<WorkflowFile['edges']> {
  return nodes.slice(1).flatMap(({ id }, index) => {
    const from = nodes[index]?.id ?? '';
    const target = random.chance(0.8) ? id : (nodes.at(-1)?.id ?? id);
    return [{ from, to: id }, ...(random.chance(0.6) ? [{ from, to: target, action: 'error' }] : [])];
  });
}

function createModelBehaviour(random: Random): Behaviour {
  const kind = random.pick([
    'answer',
    'answer',
    'answer',
    'answer',
    'status',
    'half',
    'reset',
    'garbage',
  ] as const);
  if (kind === 'answer') {
    const text = random.pick([...TEXTS, '{"a": 1}', '```json\n{"a": 1}\n```']);
    const tokens = random.pick([
      undefined,
      'none',
      { cache_read: 7, reasoning: 2 },
      { cache_write: 9 },
    ] as const);
    return { do: 'answer', text, ...(tokens === undefined ? {} : { tokens }) };
  }
  return kind === 'status' ? { do: 'status', status: random.pick([400, 401, 429, 500, 529]) } : { do: kind };
}

function createWebBehaviour(random: Random): WebBehaviour {
  const kind = random.pick(['answer', 'answer', 'answer', 'status', 'reset'] as const);
  if (kind === 'answer') return { kind, body: random.pick(TEXTS) };
  return kind === 'status' ? { kind, status: random.pick([404, 429, 500]) } : { kind };
}
