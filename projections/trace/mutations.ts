// Lists the keys of the shared store that a node added, removed and modified: top-level keys, and the keys of the
// node's own namespace as `node.key`. Only the node's own patches count.
import { isShownKey } from './display-filter.ts';
import { isSameJson } from '../../src/values/same-json.ts';
import { childOf, type StoreChange } from '../store/patches.ts';

export interface Mutations {
  added: string[];
  removed: string[];
  modified: string[];
}

/** A top-level key before the node's first change of it and after the last one. */
export interface KeyChange {
  readonly key: string;
  /** Only children changed: `before` and `after` have these and no others. */
  readonly isPartial: boolean;
  readonly before: unknown;
  readonly after: unknown;
}

interface KeyDraft {
  whole: { readonly before: unknown; after: unknown } | null;
  inList: boolean;
  readonly children: Map<string, { readonly before: unknown; after: unknown }>;
}

export function keyChanges(changes: readonly StoreChange[]): KeyChange[] {
  const keys = new Map<string, KeyDraft>();
  for (const change of changes) {
    if (!isShownKey(change.key)) continue;
    const draft = keys.get(change.key) ?? { whole: null, inList: change.inList, children: new Map() };
    keys.set(change.key, draft);
    addChange(draft, change);
  }
  return [...keys].map(([key, draft]) => ({
    key,
    isPartial: draft.whole === null,
    before: draft.whole === null ? valueOnSide(draft, undefined, 'before') : draft.whole.before,
    after: valueOnSide(draft, draft.whole?.after, 'after'),
  }));
}

function addChange(draft: KeyDraft, { child, inList, before, after }: StoreChange): void {
  if (child === null) {
    // The value before the first change of the whole may be absent.
    draft.whole = {
      before: draft.whole === null ? valueOnSide(draft, before, 'before') : draft.whole.before,
      after,
    };
    draft.children.clear();
    draft.inList = Array.isArray(after);
    return;
  }
  draft.inList = inList;
  const known = draft.children.get(child);
  if (known === undefined) draft.children.set(child, { before, after });
  else known.after = after;
}

/** Combines `whole` with the children of one side. Without `whole` the children alone. */
function valueOnSide({ children, inList }: KeyDraft, whole: unknown, which: 'before' | 'after'): unknown {
  if (children.size === 0) return whole;
  const members = new Map(Object.entries(whole ?? {}));
  for (const [child, values] of children) {
    if (values[which] === undefined) members.delete(child);
    else members.set(child, values[which]);
  }
  return inList ? [...members.values()] : Object.fromEntries(members);
}

export function mutationsOf(changes: readonly KeyChange[], namespace: string): Mutations {
  const mutations: Mutations = { added: [], removed: [], modified: [] };
  const addMutation = (name: string, before: unknown, after: unknown): void => {
    if (isSameJson(before, after)) return;
    const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'modified';
    mutations[kind].push(name);
  };
  for (const { key, before, after } of changes) {
    addMutation(key, before, after);
    if (key !== namespace) continue;
    for (const child of childrenOf(before, after)) {
      addMutation(`${key}.${child}`, childOf(before, child), childOf(after, child));
    }
  }
  for (const list of [mutations.added, mutations.removed, mutations.modified]) list.sort();
  return mutations;
}

function childrenOf(...values: readonly unknown[]): Set<string> {
  const objects = values.filter((value) => typeof value === 'object' && value !== null);
  return new Set(objects.flatMap((value) => Object.keys(value)));
}
