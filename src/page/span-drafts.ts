// Links the spans of a run to a tree. Nodes that an earlier run completed are in their places.
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import type { RestoredVisit } from './run-marks.ts';

/** A row in the making. */
export interface Draft {
  readonly span: TimelineSpan;
  readonly restored: RestoredVisit['from'] | null;
  readonly attempts: TimelineSpan[];
  readonly calls: TimelineSpan[];
  readonly children: Draft[];
  cost_usd: string | null;
  exact: boolean;
  hasTrouble: boolean;
}

/** All but the attempts: the run is first, and parents come before their children. */
export function draftTree(timeline: readonly TimelineSpan[], restored: readonly RestoredVisit[]): Draft[] {
  const byId = new Map<string, Draft>();
  const drafts: Draft[] = [];
  for (const span of timeline) {
    const parent = span.parent === null ? undefined : byId.get(span.parent);
    if (span.kind === 'attempt' && parent !== undefined) {
      parent.attempts.push(span);
      byId.set(span.id, parent);
      continue;
    }
    const draft = draftOf(span);
    byId.set(span.id, draft);
    drafts.push(draft);
    if (parent === undefined) continue;
    parent.children.push(draft);
    if (span.kind === 'call') parent.calls.push(span);
  }
  for (const visit of restored) if (visit.item === undefined) addRestored(drafts, byId, visit);
  return drafts;
}

function draftOf(span: TimelineSpan, restored: Draft['restored'] = null): Draft {
  return {
    span,
    restored,
    attempts: [],
    calls: [],
    children: [],
    cost_usd: null,
    exact: true,
    hasTrouble: false,
  };
}

function addRestored(drafts: Draft[], byId: ReadonlyMap<string, Draft>, visited: RestoredVisit): void {
  const { node, visit, ms, from } = visited;
  const around = draftAround(drafts, byId, visited);
  const span: TimelineSpan = {
    ...{ id: `restored:${node}#${String(visit)}`, parent: around?.span.id ?? null, kind: 'node', name: node },
    ...{ node, visit, start_ms: ms, end_ms: ms, status: 'completed' },
  };
  const draft = draftOf(span, from);
  drafts.push(draft);
  if (around === undefined) return;
  const next = around.children.findIndex(({ span: { start_ms }, restored }) =>
    restored === null ? start_ms >= ms : start_ms > ms,
  );
  around.children.splice(next < 0 ? around.children.length : next, 0, draft);
}

/** The workflow that has the node: nested, or the run's own. */
function draftAround(
  drafts: readonly Draft[],
  byId: ReadonlyMap<string, Draft>,
  { node, ms }: RestoredVisit,
): Draft | undefined {
  const slash = node.lastIndexOf('/');
  const path = node.slice(0, Math.max(0, slash));
  const outer = drafts.findLast(
    ({ span }) => slash > 0 && span.kind === 'node' && span.node === path && span.start_ms <= ms,
  );
  return (
    outer?.children.findLast(({ span }) => span.kind === 'workflow') ??
    outer ??
    byId.get('workflow') ??
    drafts[0]
  );
}
