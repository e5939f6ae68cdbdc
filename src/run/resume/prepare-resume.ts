// Prepares a resumed run: reads the earlier one, decides what is restored, and refuses what cannot be right.
import { PflowError } from '../../errors.ts';
import { readSettings, type Settings } from '../../home/settings.ts';
import { providerKeyVariables } from '../../models/credentials.ts';
import type { ModelClient } from '../../models/model.ts';
import { suggestNearest } from '../../values/nearest-name.ts';
import { present } from '../../values/present.ts';
import type { Workflow } from '../../workflow/schema.ts';
import type { NodePlace } from '../../wrappers/recorder.ts';
import { isSecretName } from '../../log/secrets/secret-names.ts';
import type { PreparedInputs } from '../../workflow/prepare-inputs.ts';
import { prepareRequest, type RequestOptions, type WorkflowRequest } from '../prepare-request.ts';
import type { PreparedWorkflow } from '../prepare-workflow.ts';
import type { ResumedRun, RunRequest } from '../run-request.ts';
import { outermost, type EarlierRun } from './earlier-run.ts';
import { listLogHeads } from './find-attempts.ts';
import { LocalRecorder, type RecordSource } from './local-recorder.ts';
import { requireKeptValues } from './lost-values.ts';
import { findChanging, findChangingLoops, planResume, type ResumePlan } from './plan-resume.ts';
import { readPredecessors, readEarlierRun, requireResumable, type EarlierLog } from './read-earlier.ts';
import { lockResume, NO_LOCK, type ResumeLock } from './resume-lock.ts';
import { lostInputs, resumeInputs } from './resumed-inputs.ts';
import {
  findChangedNested,
  findChangedNodes,
  findResumedWorkflow,
  requireSameNested,
} from './resumed-workflow.ts';
import { reuseAnswers } from './reuse-answers.ts';
import {
  findUnfinishedEffects,
  unconfirmedError,
  type EffectFacts,
  type UnfinishedEffect,
} from './unfinished-effects.ts';

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
  readonly confirm?: (effects: readonly UnfinishedEffect[]) => Promise<boolean>;
  /** Nothing will run. */
  readonly dryRun?: boolean;
}

export interface PreparedResume {
  readonly request: WorkflowRequest & Pick<RunRequest, 'resumed'> & { readonly savedAs?: string };
  readonly plan: ResumePlan;
  readonly earlier: EarlierRun;
  /** Restored nodes whose definition has changed. */
  readonly changed: readonly string[];
  /** To be released when the run has ended. */
  readonly lock: ResumeLock;
}

/**
 * Prepares everything before a node runs.
 *
 * Throws RUN_UNKNOWN, RUN_ACTIVE, RUN_SUCCEEDED, RUN_CONTINUED, RUN_UNRESUMABLE, NODES_CHANGED, NODE_NOT_REACHED,
 * RERUN_UNCONFIRMED, VALUE_NOT_KEPT, and what preparing a run throws. Nothing has run then.
 */
export async function prepareResume(log: EarlierLog, options: ResumeOptions): Promise<PreparedResume> {
  const earlier = await readEarlierRun(log);
  const names = Object.keys(options.given);
  const isPartial = options.from !== undefined || hasOtherThan(names, lostInputs(earlier));
  const lock = isPartial || options.dryRun === true ? NO_LOCK : lockResume(log);
  try {
    return { ...(await prepareLocked(log, earlier, { ...options, isPartial })), lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function prepareLocked(
  log: EarlierLog,
  earlier: EarlierRun,
  options: ResumeOptions & { readonly isPartial: boolean },
): Promise<Omit<PreparedResume, 'lock'>> {
  const { given, from, env, isPartial } = options;
  const heads = listLogHeads(log.path);
  const names = Object.keys(given);
  requireResumable(earlier, heads, { isMore: from !== undefined || names.length > 0, isPartial });
  const cwd = earlier.started?.cwd ?? options.cwd;
  const prepared = await findResumedWorkflow(earlier, from !== undefined, { cwd, env, nodes: options.nodes });
  const { workflow, registry } = prepared;
  if (from !== undefined) requireNode(workflow, from);
  const { env: settingsEnv, providers } = readSettings(env);
  const inputs = resumeInputs(workflow, earlier, { given, env, settings: settingsEnv });
  const sameInputs = findSame(earlier, inputs, names);
  const changedInputs = names.filter((name) => !sameInputs.has(name));
  const isCompared = changedInputs.length > 0;
  const runs = [earlier, ...(await readPredecessors(earlier, heads, { isCompared }))];
  const sources = recordSources(runs, { workflow, registry, from, changedInputs, sameInputs });
  const records = joinRecords(sources);
  const plan = planResume({ workflow, registry, records, from, changedInputs });
  const nested = findChangedNested(runs, prepared.nested?.children);
  if (from !== undefined) requireReached(plan, earlier, from);
  const changed =
    from === undefined
      ? requireSameNested(nested, plan)
      : requireUnchanged({ plan, nested }, prepared, earlier, { ...options, from });
  requireRerun({ earlier, plan }, workflow, options.rerun);
  await requireConfirmed(earlier, prepared, options);
  const initial = earlier.initial ?? { patches: [] };
  requireKeptValues(prepared, { initial, records, plan });
  const { models, ...request } = await prepareRequest(prepared, inputs, {
    ...options,
    ...givenBefore(earlier, options),
    cwd,
    env,
  });
  const resumed: ResumedRun = {
    from: {
      run: earlier.run,
      seq: earlier.lastSeq,
      ...present({ from_node: from, inputs: names.length === 0 ? undefined : names }),
    },
    recorder: new LocalRecorder(workflow, sources),
    visits: new Map(),
    writers: new Map(),
  };
  const client: ModelClient = await reuseAnswers(log, earlier, { ...request, models });
  // The client has read the keys.
  const commandEnv = envOf(prepared, env, providers);
  return { request: { ...request, env: commandEnv, models: client, resumed }, plan, earlier, changed };
}

/** A model wrote the commands of a planned workflow. They need no key of a provider. */
function envOf(
  { source }: PreparedWorkflow,
  env: RunRequest['env'],
  providers: Settings['providers'],
): RunRequest['env'] {
  if (source !== 'planner') return env;
  const hidden = providerKeyVariables(providers);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name)));
}

/** What was given for the first run counts here, too, unless given again. */
function givenBefore(
  { started }: EarlierRun,
  { model = started?.model, tags }: ResumeOptions,
): Pick<ResumeOptions, 'model' | 'tags'> {
  return present({ model, tags: { ...started?.tags, ...tags } });
}

function hasOtherThan(names: readonly string[], known: ReadonlySet<string>): boolean {
  return names.some((name) => !known.has(name));
}

interface SourceFacts extends Pick<RunRequest, 'workflow' | 'registry'> {
  readonly from: string | undefined;
  readonly changedInputs: readonly string[];
  readonly sameInputs: ReadonlySet<string>;
}

/** A secret that is given again counts as the same: it has one form in every log. */
function findSame(
  earlier: EarlierRun,
  { secrets }: PreparedInputs,
  names: readonly string[],
): ReadonlySet<string> {
  const lost = lostInputs(earlier);
  return new Set(names.filter((name) => lost.has(name) && (secrets.includes(name) || isSecretName(name))));
}

/** `runs`: the one that is resumed, then the one that it had resumed, and so on. */
function recordSources(
  runs: readonly EarlierRun[],
  { workflow, registry, from, changedInputs, sameInputs }: SourceFacts,
): RecordSource[] {
  let start = from;
  let changed = changedInputs;
  return runs.map((earlier): RecordSource => {
    const compared = {
      // Without namespaces any node may change what another one wrote.
      changing: workflow.enable_namespacing
        ? findChanging({ workflow, registry, changedInputs: changed })
        : new Set(workflow.nodes.map(({ id }) => id)),
      changingLoops: findChangingLoops({ workflow, registry, changedInputs: changed }),
      paramsOf: (place: NodePlace) => earlier.paramsOf(place),
    };
    const source = {
      records: earlier.records,
      ...present({ from: start, compared: changed.length > 0 ? compared : undefined }),
    };
    // What the later run did again is not taken from the earlier one.
    const { from_node, inputs = [] } = earlier.started?.resumed_from ?? {};
    start ??= from_node;
    changed = [...changed, ...inputs.filter((name) => !sameInputs.has(name))];
    return source;
  });
}

function joinRecords(sources: readonly RecordSource[]): RecordSource['records'] {
  return new Map([...sources].reverse().flatMap(({ records }) => [...records]));
}

function requireNode({ nodes }: Workflow, from: string): void {
  const ids = nodes.map(({ id }) => id);
  if (ids.includes(from)) return;
  if (from.includes('/') && ids.includes(outermost(from))) {
    throw new PflowError('USAGE', `--from: "${from}" is inside of a nested workflow`, {
      hint: `Start at the node that runs it: --from ${outermost(from)}.`,
    });
  }
  throw unknownNodeError('--from', from, ids);
}

function unknownNodeError(option: string, node: string, ids: readonly string[]): PflowError {
  return new PflowError('USAGE', `${option}: the workflow has no node "${node}"`, {
    details: [`its nodes: ${ids.join(', ')}`],
    ...present({ hint: suggestNearest(node, ids) }),
  });
}

/** Throws NODE_NOT_REACHED for a node that the run cannot reach. */
function requireReached({ next, mayRun }: ResumePlan, { run }: EarlierRun, from: string): void {
  if (next === from || mayRun.has(from)) return;
  throw new PflowError('NODE_NOT_REACHED', `run ${run} did not reach node "${from}": it took another way`, {
    node_id: from,
    hint: 'Start at the node that chooses the way, or give another input: key=value.',
  });
}

interface KeptNodes {
  readonly plan: ResumePlan;
  /** Paths of nodes whose nested workflow has changed. */
  readonly nested: readonly string[];
}

function requireUnchanged(
  { plan: { restored, kept }, nested }: KeptNodes,
  { ir }: PreparedWorkflow,
  earlier: EarlierRun,
  { keepChanged = false, from }: ResumeOptions & { readonly from: string },
): readonly string[] {
  const ids = new Set([...restored.map(({ node }) => node), ...kept]);
  const own = findChangedNodes([...ids], ir, earlier.started?.ir ?? earlier.workflow?.ir);
  const changed = [
    ...own,
    ...nested.filter((path) => ids.has(outermost(path)) && !own.includes(outermost(path))),
  ];
  if (changed.length === 0 || keepChanged) return changed;
  const [first = ''] = [...ids].filter((id) => changed.some((path) => outermost(path) === id));
  throw new PflowError('NODES_CHANGED', `nodes before "${from}" have changed since: ${changed.join(', ')}`, {
    hint: `Start at the first of them (--from ${first}), or keep what they wrote: --keep-changed.`,
  });
}

async function requireConfirmed(
  earlier: EarlierRun,
  facts: EffectFacts,
  { rerun = [], confirm, from, named }: ResumeOptions,
): Promise<void> {
  const effects = findUnfinishedEffects(earlier, facts).filter(
    ({ node }) => !rerun.includes(node) && node !== from,
  );
  if (effects.length === 0 || (await confirm?.(effects)) === true) return;
  throw unconfirmedError(effects, named);
}

/** Throws USAGE for a node that the run does not have, or that completed. */
function requireRerun(
  { earlier, plan: { mayRun } }: Pick<PreparedResume, 'earlier' | 'plan'>,
  { nodes }: Workflow,
  rerun: readonly string[] = [],
): void {
  const { open, completedInside, records, startedInside } = earlier;
  const running = new Set([...open.values(), ...completedInside.values()].map(({ node }) => node));
  const done = new Set([...records.values()].map(({ place }) => place.node));
  const ids = nodes.map(({ id }) => id);
  for (const node of rerun) {
    if (running.has(node)) continue;
    if (done.has(node) && !mayRun.has(outermost(node))) {
      throw new PflowError('USAGE', `--rerun: node "${node}" has completed, and is not run again`, {
        hint: `--from ${outermost(node)} runs it and all after it again.`,
      });
    }
    if (!ids.includes(node) && !startedInside.has(node)) throw unknownNodeError('--rerun', node, ids);
  }
}
