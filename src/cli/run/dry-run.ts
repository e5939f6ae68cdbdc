// Prints what a run would do, for `pflow run --dry-run`: inputs, nodes and an estimate of the cost. Runs nothing.
import type { Effect } from '../../flow/node-type.ts';
import { withSettingsEnv } from '../../home/settings-env.ts';
import { readSettings } from '../../home/settings.ts';
import { requireKey } from '../../models/credentials.ts';
import { parseModelName } from '../../models/model-name.ts';
import { PflowError } from '../../errors.ts';
import type { Redactor } from '../../log/secrets/redaction.ts';
import { withoutSecrets } from '../../run/hidden-inputs.ts';
import { listUpcoming, type UpcomingNode } from '../../run/upcoming-nodes.ts';
import type { PreparedWorkflow } from '../../run/prepare-workflow.ts';
import { createDryRunRedactor } from '../../run/dry-run-redactor.ts';
import { markNestedSecrets } from '../../run/prepare-request.ts';
import { showInputs, showValue } from '../../run/shown-values.ts';
import { present } from '../../values/present.ts';
import type { PreparedInputs } from '../../workflow/prepare-inputs.ts';
import { hasTemplate } from '../../workflow/templates/has-template.ts';
import { colour } from '../terminal/colour.ts';
import { escapeInvisible, toOneLine } from '../../values/escape-text.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { dryRunFrame, printDryRunDocument, type DryRunFrame } from './dry-run-document.ts';
import { estimateRun, estimateText, type EstimateFlags } from './estimate-run.ts';
import type { RunOptions } from './run-options.ts';
import type { Environment } from '../../values/environment.ts';

export interface DryRunFlags extends RunOptions, EstimateFlags {}

interface PlannedNode {
  readonly node_id: string;
  readonly node_type: string;
  readonly effect: Effect | 'unknown';
  /** Templates of inputs filled in; those of nodes as they are written. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Null where it depends on what a node writes, or where nothing names one. */
  readonly model?: string | null;
  readonly key_present?: boolean | null;
  readonly batch?: boolean;
  readonly approval?: 'required';
}

/** Throws USAGE for a folder of earlier logs that cannot be used. */
export async function printDryRun(
  prepared: PreparedWorkflow,
  given: PreparedInputs,
  flags: DryRunFlags,
  terminal: Terminal,
): Promise<number> {
  const { env } = process;
  const settings = readSettings(env);
  const inputs = await markNestedSecrets(prepared, given);
  const redactor = await createDryRunRedactor(env, { ...prepared, inputs });
  const upcoming = listUpcoming(prepared, withoutSecrets(inputs), (workflow, values) =>
    showInputs(workflow, values, redactor),
  );
  const defaultModel = flags.model ?? settings.default_model;
  const models = { env: withSettingsEnv(env, settings), providers: settings.providers, defaultModel };
  const document = {
    ...dryRunFrame({ ...prepared, inputs }, redactor),
    nodes: upcoming.map((node) => planNode(node, models, redactor)),
    // The bound of a request depends on the length of its texts, secret ones too.
    estimate: await estimateRun(
      listUpcoming(prepared, inputs.values),
      { workflow: prepared.name, defaultModel },
      flags,
    ),
  };
  printDryRunDocument(document, dryRunText, flags, terminal);
  return 0;
}

interface DryRunDocument extends DryRunFrame {
  readonly nodes: readonly PlannedNode[];
  readonly estimate: Awaited<ReturnType<typeof estimateRun>>;
}

interface ModelFacts {
  readonly env: Environment;
  readonly providers: Parameters<typeof parseModelName>[1];
  readonly defaultModel: string | undefined;
}

function planNode(upcoming: UpcomingNode, models: ModelFacts, redactor: Redactor): PlannedNode {
  const { path, node, type, params } = upcoming;
  return {
    node_id: path,
    node_type: node.type,
    effect: type?.effect?.(node.params) ?? 'unknown',
    params: showValue(params, redactor) as PlannedNode['params'],
    ...(node.type === 'llm' ? modelOf(params['model'] ?? models.defaultModel, models) : {}),
    ...(node.batch === undefined ? {} : { batch: true }),
    ...present({ approval: node.approval }),
  };
}

function modelOf(
  named: unknown,
  { env, providers }: ModelFacts,
): Required<Pick<PlannedNode, 'model' | 'key_present'>> {
  if (typeof named !== 'string' || hasTemplate(named)) return { model: null, key_present: null };
  const { provider, name, ...model } = parseModelName(named, providers);
  return { model: `${provider}/${name}`, key_present: hasKey({ provider, name, ...model }, env) };
}

function hasKey(model: Parameters<typeof requireKey>[0], env: Environment): boolean {
  try {
    requireKey(model, env);
    return true;
  } catch (error) {
    if (error instanceof PflowError && error.code === 'MODEL_KEY_MISSING') return false;
    throw error;
  }
}

function dryRunText({ workflow, inputs, nodes, estimate }: DryRunDocument): string {
  const lines = [`${colour.bold(toOneLine(workflow.name))} would run; nothing runs now`];
  const width = Math.max(0, ...inputs.map(({ name }) => name.length));
  if (inputs.length > 0) lines.push('inputs');
  for (const { name, origin, value } of inputs)
    lines.push(`  ${name.padEnd(width)}  ${origin.padEnd(11)}  ${shorten(value)}`);
  lines.push('nodes');
  for (const [index, node] of nodes.entries()) lines.push(...nodeLines(node, index + 1));
  return `${[...lines, estimateText(estimate)].join('\n')}\n`;
}

function nodeLines(node: PlannedNode, number: number): readonly string[] {
  const { node_id, node_type, effect, params, model, key_present, batch, approval } = node;
  const keys = { true: 'its key is present', false: 'its key is missing', null: 'known when it runs' };
  const facts = [
    node_type,
    ...(effect === 'none' ? [] : [effect === 'unknown' ? 'may do anything' : effect]),
    ...(model === undefined ? [] : [`${model ?? 'a model'}, ${keys[`${key_present ?? null}`]}`]),
    ...(batch === true ? ['once for each item'] : []),
    ...(approval === undefined ? [] : ['waits for approval']),
  ];
  return [
    `  ${String(number)}. ${colour.bold(node_id)}  ${facts.join(' · ')}`,
    ...Object.entries(params).map(([name, value]) => `       ${escapeInvisible(name)}: ${shorten(value)}`),
  ];
}

const LONGEST_VALUE = 100;

function shorten(value: unknown): string {
  const text = toOneLine(typeof value === 'string' ? value : formatJson(value));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
