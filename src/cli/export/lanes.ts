// Assigns spans to lanes. In a lane, spans are inside each other or follow each other.
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';

export interface LanedSpan {
  readonly span: TimelineSpan;
  /** From 0. */
  readonly lane: number;
  readonly start: number;
  /** Never after the end of the span around it in its lane. */
  readonly end: number;
}

interface OpenSpan {
  readonly id: string;
  readonly end: number;
}

/** In the order of their starts; spans around others first. `until`: the end of spans that still run. */
export function assignLanes(timeline: readonly TimelineSpan[], until: number): LanedSpan[] {
  const lanes: OpenSpan[][] = [];
  const laneOf = new Map<string, number>();
  const depths = depthsOf(timeline);
  const ordered = timeline.toSorted(
    (a, b) => a.start_ms - b.start_ms || (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0),
  );
  return ordered.map((span) => {
    const start = span.start_ms;
    const end = Math.max(start, span.end_ms ?? until);
    const first = span.parent === null ? 0 : (laneOf.get(span.parent) ?? 0);
    const lane = findLane(lanes, first, { span, start, end });
    const open = (lanes[lane] ??= []);
    const around = open.at(-1);
    const kept = around === undefined ? end : Math.min(end, around.end);
    open.push({ id: span.id, end: kept });
    laneOf.set(span.id, lane);
    return { span, lane, start, end: kept };
  });
}

interface Placed {
  readonly span: TimelineSpan;
  readonly start: number;
  readonly end: number;
}

/** Finds the lane of the parent if it is free, else the next free lane. */
function findLane(lanes: OpenSpan[][], first: number, { span, start }: Placed): number {
  for (let lane = first; ; lane += 1) {
    const open = lanes[lane];
    if (open === undefined) return lane;
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= start && open.at(-1)?.id !== span.parent) open.pop();
    const around = open.at(-1);
    if (around === undefined || around.id === span.parent) return lane;
  }
}

function depthsOf(timeline: readonly TimelineSpan[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  // Parents come before their children.
  for (const { id, parent } of timeline) depths.set(id, parent === null ? 0 : (depths.get(parent) ?? 0) + 1);
  return depths;
}
