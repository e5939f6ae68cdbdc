// Who answers in this run: providers, or a recorded log. A missing model or key is found here, before anything
// runs, wherever the file and the inputs alone say which model is meant.
import { PflowError } from '../../errors.ts';
import type { ModelClient } from '../../models/model.ts';
import type { Workflow, WorkflowNode } from '../../workflow/schema.ts';
import { resolveValue } from '../../workflow/templates/resolve-value.ts';
import { layeredScope } from '../../workflow/templates/scope.ts';
import type { RunOptions } from './run-options.ts';
import type { Settings } from '../../home/settings.ts';
import { createRecordedClient } from './recorded-models.ts';

export type AskingWorkflow = Pick<ModelClientOptions, 'workflow' | 'inputs' | 'defaultModel'>;

export interface ModelClientOptions {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
  readonly flags: RunOptions;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultModel: string | undefined;
  /** Where paths of images start. */
  readonly cwd: string;
}

export async function createModelClient(choice: ModelClientOptions): Promise<ModelClient> {
  const models = modelNamesOf(choice);
  if (models === undefined) return noModels;
  const { env, settings, flags, cwd } = choice;
  const custom = settings.providers ?? {};
  const { parseModelName } = await import('../../models/model-name.ts');
  const names = models.map((model) => parseModelName(model, custom));
  const live = async (): Promise<ModelClient> => {
    const { requireKey } = await import('../../models/credentials.ts');
    for (const name of names) requireKey(name, env);
    const { createProviderClient } = await import('../../models/provider-client.ts');
    return createProviderClient({ env, providers: custom, cwd });
  };
  if (flags.answers === undefined) return live();
  const { createRunRedactor: redactorOf } = await import('./redactor-of.ts');
  const fallback = flags.onMiss === 'live' ? await live() : undefined;
  const { readRecordedAnswers: readAnswers } = await import('./recorded-client.ts');
  return createRecordedClient(await readAnswers(flags.answers), redactorOf(choice), fallback);
}

/** The models that the workflow names, each once; undefined where it asks none. Throws MODEL_UNKNOWN for a node without. */
export function modelNamesOf(choice: AskingWorkflow): readonly string[] | undefined {
  const asking = choice.workflow.nodes.filter((node) => node.type === 'llm');
  if (asking.length === 0) return undefined;
  return [...new Set(asking.flatMap((node) => modelOf(node, choice)))];
}

/** None when only a node that has run can tell. */
function modelOf({ id, params }: WorkflowNode, { inputs, defaultModel }: AskingWorkflow): readonly string[] {
  const named = params['model'] ?? defaultModel;
  if (named === undefined) {
    throw new PflowError('MODEL_UNKNOWN', `node "${id}" names no model and there is no default`, {
      node_id: id,
      hint: 'Set "model" in its params, such as "anthropic/claude-sonnet-4-0", or give --model.',
    });
  }
  const { value, missing } = resolveValue(named, layeredScope(inputs));
  return typeof value === 'string' && missing.length === 0 ? [value] : [];
}

const noModels: ModelClient = {
  answer: () => Promise.reject(new Error('this workflow was found to call no model')),
};
