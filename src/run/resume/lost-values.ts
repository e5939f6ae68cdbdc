// Finds values that a resumed run needs and the log does not have: they were redacted, cut, or are not JSON.
import { PflowError } from '../../errors.ts';
import type { InexactValue, StorePatch } from '../../events/content-events.ts';
import type { SharedStore } from '../../flow/context.ts';
import { NODE_TYPE_NAMES } from '../../nodes/registry.ts';
import { hasMarkText } from '../../values/log-marks.ts';
import { findTemplateUses } from '../../workflow/template-uses.ts';
import { printReference } from '../../workflow/templates/print-template.ts';
import type { Reference } from '../../workflow/templates/ast.ts';
import { applyPatchesInPlace, RESTORABLE_KINDS } from '../../wrappers/apply-patches.ts';
import type { RunRequest } from '../run-request.ts';
import { nodePlaceKey, type EarlierRecord } from './earlier-run.ts';
import type { ResumePlan } from './plan-resume.ts';
import { present } from '../../values/present.ts';

const LOST = '<not kept>';

/** True for a value with a part that a log leaves out. */
export function hasMark(value: unknown): boolean {
  if (typeof value === 'string') return hasMarkText(value) || value === LOST;
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value)
    ? value.some(hasMark)
    : Object.entries(value).some(([key, member]) => hasMark(key) || hasMark(member));
}

export interface RestoredStore {
  readonly initial: {
    readonly patches: readonly StorePatch[];
    readonly inexact?: readonly InexactValue[] | undefined;
  };
  readonly records: ReadonlyMap<string, EarlierRecord>;
  readonly plan: ResumePlan;
}

/** Throws VALUE_NOT_KEPT for a value that the resumed run refers to and the log lacks. */
export function requireKeptValues(
  { workflow, registry }: Pick<RunRequest, 'workflow' | 'registry'>,
  { initial, records, plan }: RestoredStore,
): void {
  if (![initial, ...records.values()].some(hasLostPart)) return;
  const store = buildStore({ initial, records, plan });
  const inputs = new Set(Object.keys(workflow.inputs ?? {}));
  for (const { node, references } of findTemplateUses(workflow, registry)) {
    if (node !== undefined && !plan.mayRun.has(node)) continue;
    const lost = references.find((one) => !inputs.has(one.name) && hasMark(lookUp(store, one)));
    if (lost !== undefined)
      throw lostValueError(node, { what: printReference(lost.name, lost.path), name: lost.name }, workflow);
  }
  requireOwnReads({ workflow, registry }, plan, store);
}

/** Custom types may read the whole store. The output may be what the last node wrote. */
function requireOwnReads(
  { workflow }: Pick<RunRequest, 'workflow' | 'registry'>,
  plan: ResumePlan,
  store: SharedStore,
): void {
  const inputs = workflow.inputs ?? {};
  const [key] =
    Object.entries(store).find(([name, value]) => !Object.hasOwn(inputs, name) && hasMark(value)) ?? [];
  if (key === undefined) return;
  const reader = workflow.nodes.find(
    ({ id, type }) => plan.mayRun.has(id) && !NODE_TYPE_NAMES.includes(type),
  );
  if (reader !== undefined) throw lostValueError(reader.id, { what: key, name: key }, workflow);
  const last = plan.restored.at(-1)?.node;
  if (plan.next === undefined && workflow.outputs === undefined && last !== undefined && hasMark(store[last]))
    throw lostValueError(undefined, { what: last, name: last }, workflow);
  const container = workflow.nodes.find(
    ({ id }) =>
      plan.mayRun.has(id) &&
      Object.entries(store).some(([name, value]) => name.startsWith(`${id}/`) && hasMark(value)),
  );
  if (container !== undefined)
    throw lostValueError(container.id, { what: `${container.id}/…`, name: container.id }, workflow);
}

function hasLostPart({ patches, inexact = [] }: RestoredStore['initial']): boolean {
  return inexact.some(isLost) || patches.some(({ value }) => hasMark(value));
}

/** Patches in which no text only looks like a mark. For looking at, not for restoring. */
export function patchesForMarks({ patches, inexact = [] }: RestoredStore['initial']): readonly StorePatch[] {
  const texts = inexact.filter(({ was }) => was === 'text').map(({ path }) => path);
  return texts.length === 0 ? patches : patches.map((patch) => withoutTexts(patch, texts));
}

function withoutTexts(
  { path, value, ...patch }: StorePatch,
  texts: readonly StorePatch['path'][],
): StorePatch {
  // The places of members of a list may have changed since.
  const isFixed = path.every((key) => typeof key === 'string');
  const inside = texts.filter((text) => isFixed && path.every((key, index) => text[index] === key));
  if (inside.length === 0) return { ...patch, path, value };
  const holder = { value: structuredClone(value) };
  for (const text of inside) removeText(holder, ['value', ...text.slice(path.length)]);
  return { ...patch, path, value: holder.value };
}

/** A later patch may have brought the text. */
function removeText(holder: object, path: StorePatch['path']): void {
  let value: unknown = holder;
  const keys = [...path];
  const last = keys.pop();
  for (const key of keys) value = isObject(value) ? value[key] : undefined;
  if (last !== undefined && isObject(value) && typeof value[last] === 'string') value[last] = '';
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

function isLost({ was }: InexactValue): boolean {
  return !RESTORABLE_KINDS.has(was);
}

/** Builds the store that the completed nodes leave, with marks in place of lost values. */
function buildStore({ initial, records, plan }: RestoredStore): SharedStore {
  const store: SharedStore = {};
  apply(store, initial);
  for (const place of plan.completed) {
    const record = records.get(nodePlaceKey(place));
    if (record !== undefined) apply(store, record);
  }
  for (const record of records.values()) {
    const { node, item } = record.place;
    if (item === undefined || !plan.mayRun.has(node)) continue;
    const outputs: SharedStore = {};
    apply(outputs, record);
    // Other items of the batch are read through its lists.
    const whole = (store[node] ?? {}) as SharedStore;
    store[node] = {
      ...whole,
      results: [whole['results'], outputs],
      successes: [whole['successes'], outputs],
    };
  }
  for (const record of records.values())
    if (record.place.node.includes('/') && record.place.item === undefined) applyChild(store, record);
  return store;
}

function apply(store: SharedStore, record: RestoredStore['initial']): void {
  const { inexact = [] } = record;
  applyPatchesInPlace(store, [...patchesForMarks(record)]);
  const lost = inexact.filter(isLost).map(({ path }): StorePatch => ({ op: 'replace', path, value: LOST }));
  applyPatchesInPlace(store, lost);
}

/** A nested workflow that completed left its changes with those of its node. */
function applyChild(store: SharedStore, record: EarlierRecord): void {
  for (const { path, value } of patchesForMarks(record)) {
    const [key = ''] = path;
    if (hasMark(value)) store[String(key)] = LOST;
  }
}

function lookUp(store: SharedStore, { name, path }: Reference): unknown {
  let value: unknown = store[name];
  for (const key of path) {
    // The rest is known when the node runs.
    if (typeof key === 'object' || typeof value !== 'object' || value === null) return value;
    value = Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
  }
  return value;
}

interface LostValue {
  readonly what: string;
  /** The first part of the reference: the node that wrote it, or the key without namespaces. */
  readonly name: string;
}

function lostValueError(
  node: string | undefined,
  { what, name }: LostValue,
  { nodes }: Pick<RunRequest['workflow'], 'nodes'>,
): PflowError {
  const reader = node === undefined ? 'the output' : `node "${node}"`;
  const writer = nodes.some(({ id }) => id === name) ? name : 'NODE';
  return new PflowError('VALUE_NOT_KEPT', `${reader} needs ${what}, which the log does not have as it was`, {
    ...present({ node_id: node }),
    hint: `It holds a secret or was cut; run the node that writes it again: --from ${writer}, or run the whole workflow again.`,
  });
}
