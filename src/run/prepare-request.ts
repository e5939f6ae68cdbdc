// Completes the request of a run: its inputs, default model and model client.
import { readSettings } from '../home/settings.ts';
import type { ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';
import type { PreparedInputs } from '../workflow/prepare-inputs.ts';
import { createModelClient, type AnswerOptions } from './model-client.ts';
import type { PreparedWorkflow } from './prepare-workflow.ts';
import { requireTools } from './require-tools.ts';
import type { RunRequest } from './run-request.ts';

export interface RequestOptions extends AnswerOptions, Pick<RunRequest, 'cwd' | 'env'> {
  /** The default model of nodes. Wins over the one in the settings. */
  readonly model?: string;
  /** Answers the model calls; absent: a recorded log or the providers. */
  readonly models?: ModelClient;
  /** The command line for the log, inputs without values. */
  readonly argv?: readonly string[];
  /** Labels of the run. */
  readonly tags?: Readonly<Record<string, string>>;
}

export type WorkflowRequest = PreparedWorkflow &
  Pick<RunRequest, 'inputs' | 'models' | 'defaultModel' | 'cwd' | 'env' | 'origin'>;

/** Throws MODEL_UNKNOWN, MODEL_KEY_MISSING, ANSWER_NOT_RECORDED or MCP_…; nothing has run then. */
export async function prepareRequest(
  prepared: PreparedWorkflow,
  given: PreparedInputs,
  options: RequestOptions,
): Promise<WorkflowRequest> {
  const { cwd, env, argv, tags, model } = options;
  await requireTools(prepared, env);
  const settings = readSettings(env);
  const inputs = await markNestedSecrets(prepared, given);
  const defaultModel = model ?? settings.default_model;
  const origin = present({ workflowPath: prepared.path, cwd, argv, tags, model });
  const request = { ...prepared, inputs, cwd, env, origin, ...present({ defaultModel }) };
  const models = options.models ?? (await createModelClient({ ...options, ...request, settings }));
  return { ...request, models };
}

/** A value that a nested workflow takes as a secret is one from the start. */
export async function markNestedSecrets(
  { workflow, nested }: Pick<PreparedWorkflow, 'workflow' | 'nested'>,
  inputs: PreparedInputs,
): Promise<PreparedInputs> {
  if (nested === undefined) return inputs;
  const { withNestedSecrets } = await import('./nested/nested-secrets.ts');
  return withNestedSecrets(workflow, inputs, nested.children);
}
