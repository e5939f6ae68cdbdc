// Chooses the client that answers model calls: a provider, or a recorded log. Finds a missing model or key before
// anything runs, wherever the file and the inputs alone determine the model.
import { PflowError } from '../errors.ts';
import { withSettingsEnv } from '../home/settings-env.ts';
import type { Settings } from '../home/settings.ts';
import type { ModelClient } from '../models/model.ts';
import { modelHint } from '../models/suggest-model.ts';
import type { NestedWorkflow } from '../workflow/nested-workflows.ts';
import type { Workflow, WorkflowNode } from '../workflow/schema.ts';
import { hasTemplate } from '../workflow/templates/has-template.ts';
import { resolveValue } from '../workflow/templates/resolve-value.ts';
import { createLayeredScope } from '../workflow/templates/scope.ts';
import type { RunRequest } from './run-request.ts';

export interface AnswerOptions {
  /** A log with recorded answers; absent: providers answer. */
  readonly answers?: string;
  /** What to do for a request without a recorded answer. */
  readonly onMiss?: 'error' | 'live';
}

type CallingWorkflow = Pick<RunRequest, 'workflow' | 'inputs' | 'defaultModel' | 'env' | 'nested'>;

export interface ModelClientOptions extends AnswerOptions, CallingWorkflow, Pick<RunRequest, 'cwd' | 'env'> {
  readonly settings: Settings;
}

/** Throws MODEL_UNKNOWN, MODEL_KEY_MISSING or ANSWER_NOT_RECORDED. */
export async function createModelClient(options: ModelClientOptions): Promise<ModelClient> {
  const { settings, cwd, answers, onMiss = 'error' } = options;
  const env = withSettingsEnv(options.env, settings);
  const models = modelNamesOf({ ...options, env });
  if (models === undefined) {
    // A file that cannot be read is an error, whether or not it is needed.
    if (answers !== undefined) await (await import('./recorded-client.ts')).readAnswers(answers);
    return unusedClient;
  }
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
  return createRecordedClient(
    await readRecordedAnswers(answers),
    createRunRedactor(env, { executed: options }),
    live,
  );
}

/** Names each model once; undefined without llm nodes. Throws MODEL_UNKNOWN for a node without a model. */
export function modelNamesOf(calling: CallingWorkflow): readonly string[] | undefined {
  const { workflow, inputs, nested } = calling;
  const callers = [...findCallers(workflow, { values: inputs.values, children: nested?.children })];
  if (callers.length === 0) return undefined;
  return [...new Set(callers.flatMap((caller) => modelOf(caller, calling)))];
}

/** A node that calls a model, or a workflow that may do so. */
interface Caller {
  /** Absent for a workflow that is not known. */
  readonly node?: Pick<WorkflowNode, 'id' | 'params'>;
  /** The values of inputs that are known. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface KnownParts {
  readonly values: Readonly<Record<string, unknown>>;
  readonly children: ReadonlyMap<string, NestedWorkflow> | undefined;
}

function* findCallers({ nodes }: Workflow, { values, children }: KnownParts): Generator<Caller> {
  for (const node of nodes) {
    if (node.type === 'llm') yield { node, values };
    if (node.type !== 'workflow') continue;
    const child = children?.get(node.id);
    if (child === undefined) yield { values };
    else yield* findCallers(child.workflow, { values: knownInputs(child, node), children: child.children });
  }
}

/** The defaults and the values that the node gives without a template. */
function knownInputs(
  { workflow }: NestedWorkflow,
  { params }: WorkflowNode,
): Readonly<Record<string, unknown>> {
  const given = (params['inputs'] ?? {}) as Readonly<Record<string, unknown>>;
  const known = Object.entries(workflow.inputs ?? {}).flatMap(([name, { default: other }]) => {
    const value = Object.hasOwn(given, name) ? given[name] : other;
    return value === undefined || hasTemplate(value) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

/** Empty when the name depends on the output of another node. */
function modelOf({ node, values }: Caller, { defaultModel, env }: CallingWorkflow): readonly string[] {
  if (node === undefined) return [];
  const { id, params } = node;
  const named = params['model'] ?? defaultModel;
  if (named === undefined) {
    throw new PflowError('MODEL_UNKNOWN', `node "${id}" names no model and there is no default`, {
      node_id: id,
      hint: modelHint(env),
    });
  }
  const { value, missing } = resolveValue(named, createLayeredScope(values));
  return typeof value === 'string' && missing.length === 0 ? [value] : [];
}

const unusedClient: ModelClient = {
  answer: () => Promise.reject(new Error('a workflow without llm nodes made a model call')),
};
