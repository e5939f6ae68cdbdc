// Makes each node a durable step: it runs once, and its events go into the log of the run exactly once.
import type { DBOS } from '@dbos-inc/dbos-sdk';
import { ERROR_CODES, PflowError } from '../errors.ts';
import type { EventDraft, EventOf, LogEvent } from '../events/event.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { encodeLine } from '../log/write/line-encoder.ts';
import { nodePlaceKey } from '../run/resume/earlier-run.ts';
import type { RunRequest } from '../run/run-request.ts';
import { present } from '../values/present.ts';
import { isPause } from '../wrappers/approval.ts';
import type { CallCounter } from '../wrappers/call-counter.ts';
import { draftOf, patchesOfItem } from '../wrappers/record-node.ts';
import type { NodePlace, NodeRecord, Recorder } from '../wrappers/recorder.ts';
import { runAsStep } from './call-names.ts';
import { isFrame, keepsItems, mayNodeAct } from './effects.ts';
import type { EngineLog } from './engine-log.ts';
import type { ItemWriter } from './item-writer.ts';
import type { RunLines } from './log-stream-writer.ts';
import type { RecordedRun, StepResult } from './recorded-run.ts';
import { beginStep, decideStep, nodeStep, type DecidedAction } from './step-names.ts';

export interface EngineRecorderParts {
  readonly dbos: typeof DBOS;
  readonly log: EngineLog;
  readonly lines: RunLines;
  /** Numbers the calls of the run. */
  readonly calls: CallCounter;
  readonly recorded: RecordedRun;
  readonly items: ItemWriter;
  readonly request: Pick<RunRequest, 'workflow' | 'registry' | 'nested'>;
  /** Names this execution of the run. */
  readonly execution: string;
  /** An earlier execution of the run began it. */
  readonly isContinued: boolean;
  readonly rerunAll: boolean;
  /** Returns what was decided about a node that was in flight. */
  readonly findDecision: (step: string) => Promise<DecidedAction | undefined>;
  /** Pauses the run. Rejects. `waiting`: the node that waits for approval. */
  readonly pause: (waiting?: string) => Promise<never>;
  /** Stays pending once the worker is to stop. */
  readonly mayStart: () => Promise<void>;
  /** Throws if the run was cancelled or goes on elsewhere. */
  readonly throwIfBroken: () => void;
  /** Called in each step: with the signal of a cancelled run. */
  readonly watch: (cancelled: AbortSignal | undefined) => void;
  /** Called with what the engine threw: the run goes on elsewhere, or was cancelled. */
  readonly onBroken: (error: unknown) => void;
}

const SKIPPED = 'NODE_SKIPPED';

interface StepAttempt {
  /** Of the step. */
  readonly name: string;
  readonly attempt: number;
  readonly run: () => Promise<NodeRecord>;
}

type NodeEnd = { readonly record: NodeRecord } | { readonly failure: unknown };

export class EngineRecorder implements Recorder {
  private readonly parts: EngineRecorderParts;
  /** The first node that was not recorded in a run that goes on: it may have been running. */
  inFlight: string | undefined;

  constructor(parts: EngineRecorderParts) {
    this.parts = parts;
  }

  async node(
    place: NodePlace,
    _fingerprint: () => string,
    run: () => Promise<NodeRecord>,
  ): Promise<NodeRecord> {
    const { dbos, request, onBroken } = this.parts;
    if (dbos.isInStep()) {
      const isKept = place.item !== undefined && keepsItems(place.node, request);
      return isKept ? this.item(place, run) : run();
    }
    if (isFrame(place.node, request)) return run();
    let end: NodeEnd;
    try {
      end = await this.runStep(place, run);
    } catch (error) {
      onBroken(error);
      throw error;
    }
    if ('failure' in end) throw end.failure;
    return end.record;
  }

  private async runStep(place: NodePlace, run: () => Promise<NodeRecord>): Promise<NodeEnd> {
    const events: LogEvent[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const name = nodeStep(place, attempt);
      const { live, result } = await this.attempt(place, { name, attempt, run });
      events.push(...this.parts.recorded.eventsOf(name));
      if (result.waiting === true) {
        // What it recorded is repeated when it runs.
        if (live !== undefined) await this.parts.pause(place.node);
        continue;
      }
      if (live === undefined) this.parts.log.repeatTo(events.at(-1)?.seq ?? -1);
      return live ?? { record: this.recordOf(place, events, result.threw === true) };
    }
  }

  private async attempt(
    place: NodePlace,
    { name, attempt, run }: StepAttempt,
  ): Promise<{ readonly live: NodeEnd | undefined; readonly result: StepResult }> {
    const { dbos, recorded, mayStart } = this.parts;
    if (!recorded.has(name)) {
      await mayStart();
      if (attempt === 1) this.noteTakeOver(place.node);
    }
    const decided = await this.begin(place, { name, attempt });
    let live: NodeEnd | undefined;
    const result = await dbos.runStep(
      async () => {
        live = await this.runLive(place, decided === 'skip' ? () => Promise.resolve(this.skip(place)) : run);
        return this.resultOf(live, place);
      },
      { name },
    );
    this.parts.lines.add(result.lines);
    return { live, result };
  }

  private async runLive(place: NodePlace, run: () => Promise<NodeRecord>): Promise<NodeEnd> {
    const { dbos, throwIfBroken, watch } = this.parts;
    watch(dbos.stepStatus?.cancelSignal);
    const end = await endOf(() => runAsStep(place, run));
    throwIfBroken();
    return end;
  }

  /** A node inside of the step may wait: the step then runs again as a whole. */
  private async resultOf(end: NodeEnd, place: NodePlace): Promise<StepResult> {
    const { log, pause } = this.parts;
    const waiting = 'failure' in end ? waitingNode(end.failure) : undefined;
    if (waiting !== undefined && waiting !== place.node) await pause(waiting);
    const lines = log.takeLines();
    if (waiting !== undefined) return { lines, waiting: true };
    return { lines, ...('failure' in end ? { threw: true } : {}) };
  }

  /**
   * Records that a node that may act is about to run. If an earlier execution of the run began it and did not end
   * it, a person decides.
   */
  private async begin(
    place: NodePlace,
    { name, attempt }: Omit<StepAttempt, 'run'>,
  ): Promise<'run' | 'skip'> {
    const { dbos, execution, recorded, request, rerunAll } = this.parts;
    const mayDecide = !rerunAll && mayNodeAct(place.node, request);
    const wasApproved = attempt > 1;
    if (!mayDecide && !wasApproved) return 'run';
    for (let begun = 1; ; begun += 1) {
      const owner = await dbos.runStep(() => Promise.resolve(execution), { name: beginStep(name, begun) });
      if (wasApproved && !recorded.has(name)) this.noteOwner(place.node, owner);
      if (owner === execution || !mayDecide) return 'run';
      const decided = await this.decideAgain(place, name, decideStep(name, begun));
      if (decided !== 'rerun') return decided;
    }
  }

  /** Returns `run` for a node that has ended, or that has not acted. */
  private async decideAgain(place: NodePlace, name: string, step: string): Promise<DecidedAction | 'run'> {
    const { dbos, recorded, findDecision, pause } = this.parts;
    let action: DecidedAction | undefined;
    if (!recorded.has(step)) {
      if (recorded.has(name) || !this.mayHaveActed(place)) return 'run';
      action = (await findDecision(step)) ?? (await pause());
    }
    return (await dbos.runStep(() => Promise.resolve(action), { name: step })) ?? 'rerun';
  }

  /** A node that has just been approved was not running before. */
  private noteOwner(node: string, owner: string): void {
    if (owner === this.parts.execution) this.inFlight ??= '';
    else this.noteTakeOver(node);
  }

  /** The log has where the run was continued. */
  private noteTakeOver(node: string): void {
    const { isContinued, log } = this.parts;
    if (!isContinued || this.inFlight !== undefined) return;
    this.inFlight = node;
    log.noteTakeOver(`the run goes on here after its worker ended; node "${node}" may have been running`);
  }

  private mayHaveActed({ node }: NodePlace): boolean {
    const { recorded, request } = this.parts;
    return !keepsItems(node, request) || recorded.hasOpenItem(node);
  }

  private skip({ node }: NodePlace): NodeRecord {
    const message = `node "${node}" was running when its worker ended; it was skipped by decision and wrote nothing`;
    const data = { code: SKIPPED, message };
    this.parts.log.append({ type: 'warning.raised', phase: 'workflow', node, data });
    return { action: 'default', patches: [], events: [], isRepeated: true, endsLoop: true };
  }

  /** Rebuilds the record of a node from the events of its step. */
  private recordOf(place: NodePlace, events: readonly LogEvent[], threw: boolean): NodeRecord {
    const completed = this.parts.recorded.fold.records.get(nodePlaceKey(place));
    if (completed !== undefined) {
      const { from: _from, ...record } = completed;
      return { ...record, isRepeated: true };
    }
    const own = events.filter((event) => event.node === place.node && (event.visit ?? 1) === place.visit);
    const changes = own.flatMap((event) => (event.type === 'store.changed' ? [event.data] : []));
    const failed = own.findLast((event) => event.type === 'node.failed');
    const record = {
      action: failed === undefined ? 'default' : 'error',
      patches: changes.flatMap(({ patches }) => patches),
      inexact: changes.flatMap(({ inexact = [] }) => inexact),
      events: [],
      isRepeated: true,
      endsLoop: own.some(({ type, data }) => type === 'warning.raised' && data.code === SKIPPED),
    };
    return threw && failed !== undefined ? { ...record, thrown: errorOf(failed) } : record;
  }

  /** An item of a batch: its events are kept beside the log until the batch as a whole is a step. */
  private async item(place: NodePlace, run: () => Promise<NodeRecord>): Promise<NodeRecord> {
    const { recorded, log, items, request, rerunAll } = this.parts;
    const key = nodePlaceKey(place);
    const known = recorded.itemEvents(key);
    if (known !== undefined) return this.repeatItem(known);
    if (!rerunAll && mayNodeAct(place.node, request)) await items.write({ key, node: place.node });
    const lines: string[] = [];
    const stop = log.subscribe((event) => {
      if (isOfItem(event, place)) lines.push(encodeLine(event).toString());
    });
    try {
      const record = await run();
      await items.write({ key, node: place.node, lines: lines.join('') });
      return record;
    } finally {
      stop();
    }
  }

  /** Appends the events of an item that an earlier execution of the run completed. */
  private repeatItem(events: readonly LogEvent[]): NodeRecord {
    const drafts = renumberCalls(events.map(draftOf), this.parts.calls);
    for (const draft of drafts) this.parts.log.append(draft);
    const produced = drafts.flatMap((draft) => (draft.type === 'item.produced' ? [draft.data] : []));
    const completed = drafts.find((draft) => draft.type === 'node.completed');
    return {
      action: completed?.data.action ?? 'default',
      patches: produced.flatMap(({ outputs }) => patchesOfItem(structuredClone(outputs))),
      inexact: produced.flatMap(({ inexact = [] }) => inexact),
      events: drafts.filter(({ type }) => type === 'llm.completed'),
      isRepeated: true,
    };
  }
}

/** The node that waits for approval. */
function waitingNode(failure: unknown): string | undefined {
  return isPause(failure) ? (failure as PflowError).node_id : undefined;
}

async function endOf(run: () => Promise<NodeRecord>): Promise<NodeEnd> {
  try {
    return { record: await run() };
  } catch (failure) {
    return { failure };
  }
}

/** Calls that were in flight have left gaps in the numbers. */
function renumberCalls(drafts: readonly EventDraft[], calls: CallCounter): EventDraft[] {
  const numbers = new Map<number, number>();
  return drafts.map((draft) => {
    const { data } = draft;
    if (!('call' in data) || typeof data.call !== 'number') return draft;
    const call = numbers.get(data.call) ?? calls.next();
    numbers.set(data.call, call);
    return { ...draft, data: { ...data, call } } as EventDraft;
  });
}

function isOfItem(event: LogEvent, { node, visit, item }: NodePlace): boolean {
  return event.node === node && (event.visit ?? 1) === visit && event.item === item;
}

/** What the node threw, as far as its event has it. */
function errorOf({ data: { error } }: EventOf<'node.failed'>): Error {
  const code = ERROR_CODES.find((one) => one === error.code);
  if (error.name === 'PflowError' && code !== undefined) return new PflowError(code, error.message);
  return new NodeFailure(error.message, present({ code: error.code }));
}
