// Returns what earlier runs recorded in their logs, and runs every other node.
import type { Workflow } from '../../workflow/schema.ts';
import type { NodePlace, NodeRecord, Recorder } from '../../wrappers/recorder.ts';
import { placeKey, type EarlierRecord } from './earlier-run.ts';
import { fingerprintOf } from './fingerprints.ts';

export interface RecordSource {
  readonly records: ReadonlyMap<string, EarlierRecord>;
  /** From the first visit of this node on nothing is restored. */
  readonly from?: string;
  /** Present where params may have changed: a node with other params than before runs. */
  readonly compared?: { readonly workflow: Workflow };
}

/** Searches the sources in order: the run that is resumed, then the run that it had resumed. */
export class LocalRecorder implements Recorder {
  private readonly sources: readonly RecordSource[];
  /** Nodes at which sources end, once they have been reached. */
  private readonly reached = new Set<string>();
  /** True once a node ran whose params have changed. */
  private hasChanged = false;

  constructor(sources: readonly RecordSource[]) {
    this.sources = sources;
  }

  node(place: NodePlace, fingerprint: () => string, run: () => Promise<NodeRecord>): Promise<NodeRecord> {
    this.reached.add(place.node);
    const record = this.find(place, fingerprint);
    return record === undefined ? run() : Promise.resolve(record);
  }

  private find(place: NodePlace, fingerprint: () => string): NodeRecord | undefined {
    for (const { records, from, compared } of this.sources) {
      if (from !== undefined && this.reached.has(from)) return undefined;
      const record = records.get(placeKey(place));
      if (record === undefined) {
        // What follows was recorded with other params.
        if (compared !== undefined) return undefined;
      } else return this.canRestore(record, compared, fingerprint) ? record : undefined;
    }
    return undefined;
  }

  private canRestore(
    record: EarlierRecord,
    compared: RecordSource['compared'],
    fingerprint: () => string,
  ): boolean {
    if (compared === undefined) return true;
    // Without namespaces a record holds what a node changed in the outputs of the nodes before.
    const followsChange = this.hasChanged && !compared.workflow.enable_namespacing;
    if (!followsChange && isUnchanged(record, compared.workflow, fingerprint)) return true;
    this.hasChanged = true;
    return false;
  }
}

function isUnchanged(
  { place, resolved }: EarlierRecord,
  workflow: Workflow,
  fingerprint: () => string,
): boolean {
  const spec = workflow.nodes.find(({ id }) => id === place.node);
  if (place.node.includes('/')) return false;
  // The params of a restored node, and the items of a batch, are not in its log: they are made again from the parts.
  if (resolved === null || (spec?.batch !== undefined && place.item === undefined)) return false;
  return fingerprintOf(spec, resolved) === fingerprint();
}
