// Returns what earlier runs recorded in their logs, and runs every other node.
import type { Workflow, WorkflowNode } from '../../workflow/schema.ts';
import type { NodePlace, NodeRecord, Recorder } from '../../wrappers/recorder.ts';
import { outermost, nodePlaceKey, type EarlierRecord } from './earlier-run.ts';
import { fingerprintOf } from './fingerprints.ts';

/** Which nodes are compared: a node with other params than before runs. */
export interface Comparison {
  /** Ids of nodes whose params may have changed. */
  readonly changing: ReadonlySet<string>;
  /** Ids of nodes whose loop may carry something else, or end elsewhere. */
  readonly changingLoops: ReadonlySet<string>;
  /** Returns the params of a node that started and left no record. */
  readonly paramsOf: (place: NodePlace) => Readonly<Record<string, unknown>> | undefined;
}

export interface RecordSource {
  readonly records: ReadonlyMap<string, EarlierRecord>;
  /** From the first visit of this node on nothing is restored. */
  readonly from?: string;
  /** Present where params may have changed. */
  readonly compared?: Comparison;
}

/** Searches the sources in order: the run that is resumed, then the run that it had resumed. */
export class LocalRecorder implements Recorder {
  private readonly workflow: Workflow;
  private readonly sources: readonly RecordSource[];
  /** Nodes at which sources end, once they have been reached. */
  private readonly reached = new Set<string>();
  /** Nodes that started before with the params that they have now: what is nested in them is restored. */
  private readonly unchanged = new Set<string>();
  /** Nodes that ran since their params have changed. */
  private readonly changed = new Set<string>();

  constructor(workflow: Workflow, sources: readonly RecordSource[]) {
    this.workflow = workflow;
    this.sources = sources;
  }

  node(place: NodePlace, fingerprint: () => string, run: () => Promise<NodeRecord>): Promise<NodeRecord> {
    this.reached.add(place.node);
    const record = this.find(place, fingerprint);
    return record === undefined ? run() : Promise.resolve(this.withFingerprint(record));
  }

  private find(place: NodePlace, fingerprint: () => string): NodeRecord | undefined {
    for (const { records, from, compared } of this.sources) {
      if (from !== undefined && this.reached.has(from)) return undefined;
      const record = records.get(nodePlaceKey(place));
      if (record !== undefined) return this.canRestore(record, compared, fingerprint) ? record : undefined;
      if (compared !== undefined) this.compareStarted(place, compared, fingerprint);
    }
    return undefined;
  }

  private canRestore(
    record: EarlierRecord,
    compared: Comparison | undefined,
    fingerprint: () => string,
  ): boolean {
    if (compared?.changing.has(outermost(record.place.node)) !== true) return true;
    // Without namespaces a record holds what a node changed in the outputs of the nodes before.
    const followsChange = this.changed.size > 0 && !this.workflow.enable_namespacing;
    const isSame = !followsChange && this.isSameIteration(record.place, compared);
    if (isSame && this.isUnchanged(record, fingerprint)) return true;
    // A batch is put together again from its items: these decide.
    if (!this.isWholeBatch(record.place)) this.changed.add(record.place.node);
    return false;
  }

  private isWholeBatch({ node, item }: NodePlace): boolean {
    return item === undefined && this.specOf(node)?.batch !== undefined;
  }

  /** What an iteration carries over is not in the log. It is what it was where the iterations before are. */
  private isSameIteration({ node }: NodePlace, { changingLoops }: Comparison): boolean {
    return this.specOf(node)?.loop === undefined || !(changingLoops.has(node) || this.changed.has(node));
  }

  private isUnchanged(record: EarlierRecord, fingerprint: () => string): boolean {
    const { node } = record.place;
    const outer = outermost(node);
    if (outer !== node) return this.unchanged.has(outer);
    const before = this.fingerprintOf(record);
    return before !== undefined && before === fingerprint();
  }

  /** Undefined where nothing of the kind is in the log: for a batch as a whole, which is made again from its items. */
  private fingerprintOf({ place, fingerprint, resolved }: EarlierRecord): string | undefined {
    if (fingerprint !== undefined) return fingerprint;
    const spec = this.specOf(place.node);
    return spec !== undefined && !this.isWholeBatch(place) && resolved !== null
      ? fingerprintOf(spec, resolved, place.visit)
      : undefined;
  }

  private compareStarted(
    place: NodePlace,
    { changing, paramsOf }: Comparison,
    fingerprint: () => string,
  ): void {
    const { node } = place;
    const spec = this.specOf(node);
    if (spec?.type !== 'workflow' || spec.batch !== undefined || !changing.has(node)) return;
    const params = paramsOf(place);
    if (params !== undefined && fingerprintOf(spec, params, place.visit) === fingerprint())
      this.unchanged.add(node);
    else this.unchanged.delete(node);
  }

  /** Without inputs nothing is ever compared. */
  private withFingerprint(record: NodeRecord): NodeRecord {
    if (this.workflow.inputs === undefined || !isEarlier(record)) return record;
    const fingerprint = this.fingerprintOf(record);
    return fingerprint === undefined ? record : { ...record, fingerprint };
  }

  private specOf(node: string): WorkflowNode | undefined {
    return this.workflow.nodes.find(({ id }) => id === node);
  }
}

function isEarlier(record: NodeRecord): record is EarlierRecord {
  return 'resolved' in record;
}
