// Who answers in this run: providers, or a recorded log. A missing model or key is found here, before anything
// runs, wherever the file and the inputs alone say which model is meant.
import { PflowError } from '../../errors.ts';
import type { ModelClient } from '../../models/model.ts';
import type { Workflow, WorkflowNode } from '../../workflow/schema.ts';
import { resolveValue } from '../../workflow/templates/resolve-value.ts';
import { layeredScope } from '../../workflow/templates/scope.ts';
import type { RunFlags } from '../commands/run.ts';
import type { Settings } from '../settings.ts';

export interface ModelChoice {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
  readonly flags: RunFlags;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly defaultModel: string | undefined;
  /** Where paths of images start. */
  readonly cwd: string;
}

export async function chooseModels(choice: ModelChoice): Promise<ModelClient> {
  const asking = choice.workflow.nodes.filter((node) => node.type === 'llm');
  if (asking.length === 0) return noModels;
  const { env, settings, flags, cwd } = choice;
  const custom = settings.providers ?? {};
  const { parseModelName } = await import('../../models/model-name.ts');
  const models = new Set(asking.flatMap((node) => modelOf(node, choice)));
  const names = [...models].map((model) => parseModelName(model, custom));
  const live = async (): Promise<ModelClient> => {
    const { requireKey } = await import('../../models/credentials.ts');
    for (const name of names) requireKey(name, env);
    const { createProviderClient } = await import('../../models/provider-client.ts');
    return createProviderClient({ env, providers: custom, cwd });
  };
  if (flags.answers === undefined) return live();
  return recordedModels(flags.answers, choice, flags.onMiss === 'live' ? await live() : undefined);
}

/** Questions are compared in the form in which they stand in a log, which is without secrets. */
async function recordedModels(
  path: string,
  choice: ModelChoice,
  live: ModelClient | undefined,
): Promise<ModelClient> {
  const { readAnswers } = await import('./read-answers.ts');
  const { createRecordedAnswers } = await import('../../models/recorded-answers.ts');
  const { redactorOf } = await import('./redactor-of.ts');
  const { JsonSafeCopier } = await import('../../log/json-safe.ts');
  const records = await readAnswers(path);
  const copier = new JsonSafeCopier(redactorOf(choice));
  const recorded = (value: unknown): unknown => copier.keep(value);
  return live === undefined
    ? createRecordedAnswers(records, { onMiss: 'error', recorded })
    : createRecordedAnswers(records, { onMiss: 'live', live, recorded });
}

/** None when only a node that has run can tell. */
function modelOf({ id, params }: WorkflowNode, { inputs, defaultModel }: ModelChoice): readonly string[] {
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
