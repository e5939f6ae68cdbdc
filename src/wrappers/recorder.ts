// Defines the port around a node: the holder of the record of a completed node can skip it. A run without a recorder
// runs every node, and its nodes are wrapped in no further code.
import type { EventDraft } from '../events/event.ts';
import type { InexactValue, StorePatch } from '../events/content-events.ts';
import type { Action } from '../flow/context.ts';

/** Where a node runs: its id (`parent/child` inside of a nested workflow), its visit, and the item of a batch. */
export interface NodePlace {
  readonly node: string;
  readonly visit: number;
  readonly item?: number;
}

/** Everything that a completed node left behind. */
export interface NodeRecord {
  readonly action: Action;
  /** Its changes of the store. An item of a batch changes its own part. */
  readonly patches: readonly StorePatch[];
  /** Values in `patches` that were something else than the log has. */
  readonly inexact?: readonly InexactValue[];
  /** The events of the node, without its changes of the store. */
  readonly events: readonly EventDraft[];
  /** The last visits of nodes in nested workflows inside of it, by path and item. */
  readonly visits?: readonly (readonly [string, number])[];
  /** Where the node ran. Absent in the record that running the node returns. */
  readonly from?: { readonly run: string; readonly seq: number };
  /** With what it ran, for a later run that compares it. */
  readonly fingerprint?: string;
  /** Hashes of the workflows that are nested in it, by path. */
  readonly workflows?: Readonly<Record<string, string>>;
  /** The log of this run has the events of the node already: only its changes of the store are made. */
  readonly isRepeated?: boolean;
  /** The node was left out: its loop has no further iteration. */
  readonly endsLoop?: boolean;
  /** What the node threw in the end. */
  readonly thrown?: Error;
}

/** Runs a node, or returns what an earlier run of the same place recorded. */
export interface Recorder {
  /**
   * Calls `run`, or returns a record with `from`. `fingerprint` is the hash of the type, the resolved params and the
   * definition of the node, as the log has them; it is computed where a recorder compares it.
   */
  node(place: NodePlace, fingerprint: () => string, run: () => Promise<NodeRecord>): Promise<NodeRecord>;
}
