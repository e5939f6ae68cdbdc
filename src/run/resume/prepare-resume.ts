// Prepares a resumed run: reads the earlier one, decides what is restored, and refuses what cannot be right.
import { PflowError } from '../../errors.ts';
import { readSettings } from '../../home/settings.ts';
import { providerKeyVariables } from '../../models/credentials.ts';
import type { ModelClient } from '../../models/model.ts';
import { findNearestName } from '../../values/nearest.ts';
import { present } from '../../values/present.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { prepareRequest, type RequestOptions, type WorkflowRequest } from '../prepare-request.ts';
import type { PreparedWorkflow } from '../prepare-workflow.ts';
import type { ResumedRun, RunRequest } from '../run-request.ts';
import type { EarlierRun } from './earlier-run.ts';
import { listLogHeads } from './find-attempts.ts';
import { LocalRecorder, type RecordSource } from './local-recorder.ts';
import { requireKeptValues } from './lost-values.ts';
import { planResume, type ResumePlan } from './plan-resume.ts';
import { readPredecessors, readEarlierRun, requireResumable, type EarlierLog } from './read-earlier.ts';
import { resumeInputs } from './resumed-inputs.ts';
import { findChangedNodes, findResumedWorkflow, requireSameNested } from './resumed-workflow.ts';
import { reuseAnswers } from './reuse-answers.ts';
import { findUnfinishedEffects, unconfirmedError } from './unfinished-effects.ts';

export interface ResumeOptions extends Omit<RequestOptions, 'cwd'> {
  /** How the user names the run, for hints. */
  readonly named: string;
  readonly cwd: string;
  /** Modules with node types. */
  readonly nodes: readonly string[];
  /** Inputs that are given again, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Run this node and everything after it, with the workflow file as it is now. */
  readonly from?: string;
  /** With `from`: keep nodes whose definition has changed since. */
  readonly keepChanged?: boolean;
  /** Nodes that may run again although they may have acted. */
  readonly rerun?: readonly string[];
  /** Confirms that nodes that may have acted run again; absent: they do not. */
  readonly confirm?: (nodes: readonly string[]) => Promise<boolean>;
}

export interface PreparedResume {
  readonly request: WorkflowRequest & Pick<RunRequest, 'resumed'> & { readonly savedAs?: string };
  readonly plan: ResumePlan;
  readonly earlier: EarlierRun;
  /** Restored nodes whose definition has changed. */
  readonly changed: readonly string[];
}

/**
 * Throws RUN_UNKNOWN, RUN_ACTIVE, RUN_SUCCEEDED, RUN_CONTINUED, RUN_UNRESUMABLE, NODES_CHANGED, RERUN_UNCONFIRMED,
 * VALUE_NOT_KEPT, and what preparing a run throws. Nothing has run then.
 */
export async function prepareResume(log: EarlierLog, options: ResumeOptions): Promise<PreparedResume> {
  const { given, from, env } = options;
  const earlier = await readEarlierRun(log);
  const heads = listLogHeads(log.path);
  requireResumable(earlier, heads, { isPartial: from !== undefined || Object.keys(given).length > 0 });
  const predecessors = await readPredecessors(earlier, heads);
  const cwd = earlier.started?.cwd ?? options.cwd;
  const prepared = await findResumedWorkflow(earlier, from !== undefined, { cwd, env, nodes: options.nodes });
  const { workflow, registry } = prepared;
  if (from === undefined) requireSameNested(earlier, prepared.nested?.children);
  else requireNode(workflow, from);
  const inputs = resumeInputs(workflow, earlier, { given, env, settings: readSettings(env).env });
  const sources = recordSources([earlier, ...predecessors], { workflow, from, given });
  const records = joinRecords(sources);
  const changedInputs = Object.keys(given);
  const plan = planResume({ workflow, registry, records, from, changedInputs });
  const changed = from === undefined ? [] : requireUnchanged(plan, prepared, earlier, options);
  await requireConfirmed(earlier, prepared, options);
  const initial = earlier.initial ?? { patches: [] };
  requireKeptValues(prepared, { initial, records, plan });
  const { models, ...request } = await prepareRequest(prepared, inputs, {
    ...options,
    cwd,
    env: envOf(prepared, env),
  });
  const resumed: ResumedRun = {
    from: {
      run: earlier.run,
      seq: earlier.lastSeq,
      ...present({ from_node: from, inputs: changedInputs.length === 0 ? undefined : changedInputs }),
    },
    recorder: new LocalRecorder(sources),
    visits: new Map(),
    writers: new Map(),
  };
  const client: ModelClient = await reuseAnswers(log, earlier, { ...request, models });
  return { request: { ...request, models: client, resumed }, plan, earlier, changed };
}

/** A model wrote the commands of a planned workflow. They need no key of a provider. */
function envOf({ source }: PreparedWorkflow, env: RunRequest['env']): RunRequest['env'] {
  if (source !== 'planner') return env;
  const hidden = providerKeyVariables();
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name)));
}

interface SourceFacts extends Pick<ResumeOptions, 'given'> {
  readonly workflow: Workflow;
  readonly from: string | undefined;
}

/** `runs`: the one that is resumed, then the one that it had resumed, and so on. */
function recordSources(runs: readonly EarlierRun[], { workflow, from, given }: SourceFacts): RecordSource[] {
  let start = from;
  let isCompared = Object.keys(given).length > 0;
  return runs.map((earlier): RecordSource => {
    const source = {
      records: earlier.records,
      ...present({ from: start, compared: isCompared ? { workflow } : undefined }),
    };
    // What the later run did again is not taken from the earlier one.
    const { from_node, inputs = [] } = earlier.started?.resumed_from ?? {};
    start ??= from_node;
    isCompared ||= inputs.length > 0;
    return source;
  });
}

function joinRecords(sources: readonly RecordSource[]): RecordSource['records'] {
  return new Map([...sources].reverse().flatMap(({ records }) => [...records]));
}

function requireNode({ nodes }: Workflow, from: string): void {
  const ids = nodes.map(({ id }) => id);
  if (ids.includes(from)) return;
  const nearest = findNearestName(from, ids);
  throw new PflowError('USAGE', `--from: the workflow has no node "${from}"`, {
    details: [`its nodes: ${ids.join(', ')}`],
    ...(nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` }),
  });
}

function requireUnchanged(
  { restored }: ResumePlan,
  { ir }: PreparedWorkflow,
  earlier: EarlierRun,
  { keepChanged = false, from = '' }: ResumeOptions,
): readonly string[] {
  const changed = findChangedNodes(restored, ir, earlier.started?.ir ?? earlier.workflow?.ir);
  if (changed.length === 0 || keepChanged) return changed;
  throw new PflowError('NODES_CHANGED', `nodes before "${from}" have changed since: ${changed.join(', ')}`, {
    hint: `Start at the first of them (--from ${changed[0] ?? ''}), or keep what they wrote: --keep-changed.`,
  });
}

async function requireConfirmed(
  earlier: EarlierRun,
  facts: Pick<RunRequest, 'workflow' | 'registry'>,
  { rerun = [], confirm, from, named }: ResumeOptions,
): Promise<void> {
  const nodes = findUnfinishedEffects(earlier, facts).filter((id) => !rerun.includes(id) && id !== from);
  if (nodes.length === 0 || (await confirm?.(nodes)) === true) return;
  throw unconfirmedError(nodes, named);
}
