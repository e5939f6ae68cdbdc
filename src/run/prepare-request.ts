// Completes the request of a run: its inputs, default model and model client.
import { readSettings } from '../home/settings.ts';
import type { ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';
import type { PreparedInputs } from '../workflow/inputs.ts';
import { createModelClient, type AnswerOptions } from './model-client.ts';
import type { PreparedWorkflow } from './prepare-workflow.ts';
import type { RunRequest } from './run-request.ts';

export interface RequestOptions extends AnswerOptions, Pick<RunRequest, 'cwd' | 'env'> {
  /** The default model of nodes. Wins over the one in the settings. */
  readonly model?: string;
  /** Answers the model calls; absent: a recorded log or the providers. */
  readonly models?: ModelClient;
}

export type WorkflowRequest = PreparedWorkflow &
  Pick<RunRequest, 'inputs' | 'models' | 'defaultModel' | 'cwd' | 'env'>;

/** Throws MODEL_UNKNOWN, MODEL_KEY_MISSING or ANSWER_NOT_RECORDED; nothing has run then. */
export async function prepareRequest(
  prepared: PreparedWorkflow,
  given: PreparedInputs,
  options: RequestOptions,
): Promise<WorkflowRequest> {
  const { cwd, env } = options;
  const settings = readSettings(env);
  const inputs = await markSecrets(prepared, given);
  const defaultModel = options.model ?? settings.default_model;
  const request = { ...prepared, inputs, cwd, env, ...present({ defaultModel }) };
  const models = options.models ?? (await createModelClient({ ...options, ...request, settings }));
  return { ...request, models };
}

/** A value that a nested workflow takes as a secret is one from the start. */
async function markSecrets(
  { workflow, nested }: PreparedWorkflow,
  inputs: PreparedInputs,
): Promise<PreparedInputs> {
  if (nested === undefined) return inputs;
  const { withNestedSecrets } = await import('./nested/nested-secrets.ts');
  return withNestedSecrets(workflow, inputs, nested.children);
}
