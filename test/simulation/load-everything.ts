// Loads the modules that runs load on demand. Loading is not seen by virtual time, which would jump over it.
import type { WorkflowFile } from '../../src/workflow/schema.ts';
import { runScenario } from './run-scenario.ts';
import { createScenario, type Scenario } from './scenario.ts';
import { PLAIN_MODEL, PLAIN_PAGE } from './shrink-scenario.ts';
import { DIALECTS } from './usage-dialects.ts';

/** Together they load what every observer loads. */
const OBSERVERS = ['none', 'everything', 'live', 'limit'] as const;

let loading: Promise<void> | undefined;

/** Runs a workflow with every node type in real time. Does so once. */
export function loadEverything(): Promise<void> {
  loading ??= loadOnce();
  return loading;
}

async function loadOnce(): Promise<void> {
  for (const observer of OBSERVERS) {
    const { outcome } = await runScenario(everyType(), observer, { isReal: true });
    if (outcome?.status !== 'success')
      throw new Error(`the workflow with every type failed: ${outcome?.error?.message ?? 'nothing ran'}`);
  }
}

const CHILD = {
  nodes: [{ id: 'a', type: 'echo', params: { message: 'a' } }],
  outputs: { a: { source: '${a.echo}' } },
};

function everyType(): Scenario {
  const models = DIALECTS.map(({ model }) => model);
  const output_schema = { type: 'object' };
  const workflow: WorkflowFile = {
    nodes: [
      {
        id: 'ask',
        type: 'llm',
        batch: { items: models, parallel: true },
        params: { model: '${item}', prompt: 'a' },
      },
      { id: 'value', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'b', output_schema } },
      { id: 'get', type: 'http', params: { url: '${web}/item' } },
      { id: 'run', type: 'shell', params: { command: 'echo ${text}' } },
      { id: 'compute', type: 'code', params: { code: 'return 1' } },
      { id: 'write', type: 'write-file', params: { file_path: 'a.txt', content: 'a' } },
      { id: 'read', type: 'read-file', params: { file_path: 'a.txt' } },
      { id: 'copy', type: 'copy-file', params: { source_path: 'a.txt', dest_path: 'b.txt' } },
      { id: 'move', type: 'move-file', params: { source_path: 'b.txt', dest_path: 'c.txt' } },
      { id: 'delete', type: 'delete-file', params: { file_path: 'c.txt', confirm_delete: true } },
      { id: 'nest', type: 'workflow', params: { ir: CHILD } },
      { id: 'say', type: 'echo', params: { message: 'a' } },
    ],
    inputs: { text: { type: 'string' }, web: { type: 'string' } },
  };
  const { seed, secrets } = createScenario(1);
  return {
    seed,
    secrets,
    workflow,
    approve: [],
    inputs: { text: 'text' },
    models: [{ ...PLAIN_MODEL, text: '{"a": 1}', gzip: true }],
    web: [PLAIN_PAGE],
    disk: {},
    logRequired: false,
    durable: false,
    budget: '1',
    clockJump: { at: 0, by: 0 },
    takesRealTime: true,
    isResumed: true,
  };
}
