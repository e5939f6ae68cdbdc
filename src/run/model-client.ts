// Chooses the client that answers model calls: a provider, or a recorded log. Finds a missing model or key before
// anything runs, wherever the file and the inputs alone determine the model.
import { PflowError } from '../errors.ts';
import { withSettingsEnv } from '../home/settings-env.ts';
import type { Settings } from '../home/settings.ts';
import type { ModelClient } from '../models/model.ts';
import { modelHint } from '../models/suggest-model.ts';
import type { WorkflowNode } from '../workflow/schema.ts';
import { resolveValue } from '../workflow/templates/resolve-value.ts';
import { createLayeredScope } from '../workflow/templates/scope.ts';
import type { RunRequest } from './run-request.ts';

export interface AnswerOptions {
  /** A log with recorded answers; absent: providers answer. */
  readonly answers?: string;
  /** What to do for a request without a recorded answer. */
  readonly onMiss?: 'error' | 'live';
}

type CallingWorkflow = Pick<RunRequest, 'workflow' | 'inputs' | 'defaultModel' | 'env'>;

export interface ModelClientOptions extends AnswerOptions, CallingWorkflow, Pick<RunRequest, 'cwd' | 'env'> {
  readonly settings: Settings;
}

/** Throws MODEL_UNKNOWN, MODEL_KEY_MISSING or ANSWER_NOT_RECORDED. */
export async function createModelClient(options: ModelClientOptions): Promise<ModelClient> {
  const { settings, cwd, answers, onMiss = 'error' } = options;
  const env = withSettingsEnv(options.env, settings);
  const models = modelNamesOf({ ...options, env });
  if (models === undefined) return unusedClient;
  const { providers = {} } = settings;
  const { parseModelName } = await import('../models/model-name.ts');
  const names = models.map((model) => parseModelName(model, providers));
  const createLive = async (): Promise<ModelClient> => {
    const { requireKey } = await import('../models/credentials.ts');
    for (const name of names) requireKey(name, env);
    const { createProviderClient } = await import('../models/provider-client.ts');
    return createProviderClient({ env, providers, cwd });
  };
  if (answers === undefined) return createLive();
  const live = onMiss === 'live' ? await createLive() : undefined;
  const { createRecordedClient, readRecordedAnswers } = await import('./recorded-client.ts');
  const { createRunRedactor } = await import('./redact-outcome.ts');
  return createRecordedClient(await readRecordedAnswers(answers), createRunRedactor(env, options), live);
}

/** Names each model of the workflow once; undefined without llm nodes. Throws MODEL_UNKNOWN for a node without a model. */
export function modelNamesOf(calling: CallingWorkflow): readonly string[] | undefined {
  const nodes = calling.workflow.nodes.filter((node) => node.type === 'llm');
  if (nodes.length === 0) return undefined;
  return [...new Set(nodes.flatMap((node) => modelOf(node, calling)))];
}

/** Empty when the name depends on the output of another node. */
function modelOf(
  { id, params }: WorkflowNode,
  { inputs, defaultModel, env }: CallingWorkflow,
): readonly string[] {
  const named = params['model'] ?? defaultModel;
  if (named === undefined) {
    throw new PflowError('MODEL_UNKNOWN', `node "${id}" names no model and there is no default`, {
      node_id: id,
      hint: modelHint(env),
    });
  }
  const { value, missing } = resolveValue(named, createLayeredScope(inputs.values));
  return typeof value === 'string' && missing.length === 0 ? [value] : [];
}

const unusedClient: ModelClient = {
  answer: () => Promise.reject(new Error('a workflow without llm nodes made a model call')),
};
