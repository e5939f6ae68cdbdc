// Chooses the params of a random node. A reference has a default where the earlier node may have failed.
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import { DIALECTS } from './usage-dialects.ts';
import type { Random } from './random.ts';

export type NodeKind =
  | 'llm'
  | 'http'
  | 'shell'
  | 'code'
  | 'read-file'
  | 'write-file'
  | 'copy-file'
  | 'move-file'
  | 'delete-file'
  | 'echo'
  | 'workflow';

type Params = Readonly<Record<string, unknown>>;

export interface ParamsPlace {
  readonly id: string;
  readonly value: string;
  readonly isBatch: boolean;
  readonly takesRealTime: boolean;
}

/** What a node of each type writes; a batch of any type writes other keys. */
const OUTPUT_KEYS: Readonly<Record<NodeKind, readonly string[]>> = {
  llm: ['response', 'llm_usage', 'error'],
  http: ['response', 'status_code', 'response_headers', 'redirects', 'error'],
  shell: ['stdout', 'stderr', 'exit_code', 'command', 'error'],
  code: ['result', 'error'],
  'read-file': ['content', 'content_is_binary', 'error'],
  'write-file': ['written', 'file_path', 'error'],
  'copy-file': ['copied', 'dest_path', 'error'],
  'move-file': ['moved', 'source_path', 'error'],
  'delete-file': ['deleted', 'error'],
  echo: ['echo', 'data', 'error'],
  workflow: ['out', 'error'],
};
/** The one output of a batch that does not depend on how its items ended. */
export const ITEM_COUNT = 'count';
const BATCH_KEYS = ['results', 'successes', 'count', 'error_count', 'errors', 'error'];

/** Of types that may loop: the output that decides, and params that take an output of the iteration before. */
export const LOOP_KEYS: Readonly<
  Partial<Record<NodeKind, { readonly condition: string; readonly carry?: Readonly<Record<string, string>> }>>
> = {
  llm: { condition: 'response', carry: { prompt: 'response' } },
  http: { condition: 'response_is_binary' },
  'read-file': { condition: 'content_is_binary' },
  'write-file': { condition: 'written' },
  echo: { condition: 'echo', carry: { message: 'echo' } },
  workflow: { condition: 'out', carry: { x: 'out' } },
};

type FileNode = WorkflowFile['nodes'][number];

/** An earlier node, for references. */
export interface EarlierNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly isBatch: boolean;
  /** A failure stops its other items: how far they came depends on the machine. */
  readonly stopsItems: boolean;
}

export function toEarlier({ id, type, batch }: FileNode): EarlierNode {
  return { id, kind: type as NodeKind, isBatch: batch !== undefined, stopsItems: stopsItems({ batch }) };
}

export function stopsItems({ batch }: Pick<FileNode, 'batch'>): boolean {
  return batch?.parallel === true && batch.error_handling === 'fail_fast';
}

export function createReference(random: Random, { id, kind, isBatch, stopsItems }: EarlierNode): string {
  const key = random.pick(isBatch ? BATCH_KEYS : OUTPUT_KEYS[kind]);
  return `\${${id}.${stopsItems ? ITEM_COUNT : key} ?? "absent"}`;
}

export function createValue(random: Random, earlier: readonly EarlierNode[]): string {
  const from = earlier.length === 0 ? undefined : random.pick(earlier);
  if (from !== undefined && random.chance(0.6)) {
    const reference = createReference(random, from);
    return random.pick([reference, `value ${reference} end`, `${reference}${reference}`]);
  }
  return random.pick([
    '${text}',
    '${number}',
    '${secret}',
    'a fixed text',
    'a ${text}, b ${number}',
    '${list}',
  ]);
}

/** Files that are there before the run; the run may change them. */
export const GIVEN_FILES: Readonly<Record<string, string>> = {
  'in.txt': 'given text\n',
  'big-endian.txt': '\u00fe\u00ff\u0000a',
  'bytes.bin': '\u00ff\u00fe\u0000\u0081',
};

const PATHS = [...Object.keys(GIVEN_FILES), 'in.txt', 'out/a.txt', 'out/b.txt', 'out', '${text}'];

const PARAMS: Readonly<Record<NodeKind, (random: Random, place: ParamsPlace) => Params>> = {
  llm: (random, { value, takesRealTime }) => ({
    model: random.pick(DIALECTS).model,
    prompt: value,
    ...(random.chance(0.2) ? { system: 'be brief, ${secret}' } : {}),
    ...(random.chance(0.2) ? { max_tokens: 100 } : {}),
    ...(random.chance(0.2)
      ? { output_schema: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } }
      : {}),
    ...(!takesRealTime && random.chance(0.2) ? { timeout_s: random.pick([0.5, 60]) } : {}),
  }),
  http: (random, { value, takesRealTime }) => ({
    url: random.pick([
      '${web}/item',
      '${web}/item',
      '${web}/p?q=1',
      // A process has the real network, where neither is known.
      takesRealTime ? 'http://unknown.test/' : 'http://refused.test/',
      'http://unknown.test/',
    ]),
    ...(random.chance(0.4) ? { body: random.pick([value, { value, secret: '${secret}' }]) } : {}),
    ...(random.chance(0.2) ? { method: random.pick(['PUT', 'DELETE', 'HEAD', 'PATCH'] as const) } : {}),
    ...(random.chance(0.2) ? { auth_token: 'token-${secret}' } : {}),
    ...(random.chance(0.2) ? { params: { q: value } } : {}),
    ...(random.chance(0.1) ? { follow_redirects: false } : {}),
    ...(random.chance(0.1) ? { expect: { status: random.pick([404, [200, 429]]) } } : {}),
  }),
  shell: (random, { value, takesRealTime }) => ({
    command: random.pick([
      'cat',
      'cat; exit 3',
      'echo out; echo err >&2',
      'cat >&2; exit 1',
      'printf %s "$DB_PASSWORD"; printf %s "$SERVICE_TOKEN" >&2; exit 4',
      'printf %s ${text}; printf %s "${secret}"',
      'printf \'[1, "two", {"a": 3}]\'',
      "printf '\\377\\376\\000'",
      'sleep 60 & echo background',
      'setsid sleep 60 > /dev/null 2>&1 < /dev/null & echo apart',
      'kill -9 $$',
    ]),
    stdin: value,
    timeout_s: 100,
    ...(!takesRealTime && random.chance(0.08)
      ? { command: random.pick(['sleep 60', 'trap "" TERM; sleep 60']), timeout_s: 0.2 }
      : {}),
    ...(random.chance(0.2) ? { ignore_errors: true } : {}),
    ...(random.chance(0.2) ? { output: 'json' } : {}),
    ...(random.chance(0.2) ? { env: { EXTRA: value, SERVICE_TOKEN: '${secret}' } } : {}),
  }),
  code: (random, { value, takesRealTime }) => ({
    code: random.pick([
      'return inputs.value',
      'return { length: String(inputs.value).length, value: inputs.value }',
      'throw new Error("no: " + inputs.value)',
      'Object.prototype.toJSON = () => "changed"; return [inputs.value]',
      'return new Promise(() => {})',
      'process.exit(0)',
      'return 9007199254740993n',
    ]),
    inputs: { value },
    timeout_s: 100,
    ...(!takesRealTime && random.chance(0.08) ? { code: 'for (;;);', timeout_s: 0.3 } : {}),
  }),
  'read-file': (random) => ({ file_path: random.pick(PATHS) }),
  'write-file': (random, { id, value, isBatch }) => ({
    file_path: isBatch ? `out/${id}-\${__index__}.txt` : random.pick(['out/a.txt', 'out/b.txt', 'out']),
    content: value,
    append: random.chance(0.3),
  }),
  'copy-file': (random, place) => twoPaths(random, place),
  'move-file': (random, place) => twoPaths(random, place),
  'delete-file': (random) => ({ file_path: random.pick(PATHS), confirm_delete: true }),
  workflow: (random, { value, takesRealTime }) => ({
    ir: createChild(random, takesRealTime),
    inputs: { x: value, at: '${web}' },
  }),
  echo: (random, { value }) =>
    random.chance(0.5)
      ? { message: value }
      : { message: value, data: { deep: [value], secret: '${secret}' } },
};

/** A child of one or two nodes, the second of which has the output. */
function createChild(random: Random, takesRealTime: boolean): Params {
  const model = random.pick(DIALECTS).model;
  const first = random.pick([
    { id: 'first', type: 'llm', params: { model, prompt: 'child: ${x}' } },
    { id: 'first', type: 'http', params: { url: '${at}/child' } },
    { id: 'first', type: 'read-file', params: { file_path: 'in.txt' } },
  ]);
  const retry = { max: 2, wait_s: takesRealTime ? 0 : 1 };
  const edge = { from: 'first', to: 'last' };
  return {
    inputs: { x: {}, at: { type: 'string' } },
    nodes: [
      { ...first, retry },
      { id: 'last', type: 'echo', params: { message: '${x} at ${at}: ${first.error ?? "no error"}' } },
    ],
    edges: [edge, ...(random.chance(0.5) ? [{ ...edge, action: 'error' }] : [])],
    outputs: { out: { source: '${last.echo}' } },
  };
}

function twoPaths(random: Random, { id, isBatch }: ParamsPlace): Params {
  return {
    source_path: random.pick(PATHS),
    dest_path: isBatch
      ? `out/${id}-\${__index__}.txt`
      : random.pick(['out/a.txt', 'out/b.txt', 'in.txt', 'out']),
    overwrite: random.chance(0.5),
  };
}

export function createParams(kind: NodeKind, random: Random, place: ParamsPlace): Params {
  return PARAMS[kind](random, place);
}
