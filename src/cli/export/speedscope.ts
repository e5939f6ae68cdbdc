// Writes runs as evented profiles of speedscope: one for each lane of each run.
import type { ExportedRun } from './exported-run.ts';
import { assignLanes, type LanedSpan } from './lanes.ts';

interface ProfileEvent {
  readonly type: 'O' | 'C';
  readonly frame: number;
  readonly at: number;
}

export function speedscopeFile(runs: readonly ExportedRun[], version: string): string {
  const frames: { readonly name: string }[] = [];
  const indexes = new Map<string, number>();
  const frameOf = ({ span }: LanedSpan): number => {
    const name = span.kind === 'node' || span.kind === 'call' ? span.name : `${span.name} (${span.kind})`;
    const known = indexes.get(name);
    if (known !== undefined) return known;
    frames.push({ name });
    indexes.set(name, frames.length - 1);
    return frames.length - 1;
  };
  const profiles = runs.flatMap(({ row, timeline }) => {
    const laned = assignLanes(timeline, row.duration_ms);
    const lanes = [...new Set(laned.map(({ lane }) => lane))];
    return lanes.map((lane) => {
      const own = laned.filter((one) => one.lane === lane);
      return {
        type: 'evented',
        name: `${row.workflow ?? 'run'} ${row.started_at ?? ''}${lane === 0 ? '' : ` lane ${String(lane + 1)}`}`,
        unit: 'milliseconds',
        startValue: 0,
        endValue: Math.max(0, ...own.map(({ end }) => end)),
        events: eventsOf(own, frameOf),
      };
    });
  });
  const $schema = 'https://www.speedscope.app/file-format-schema.json';
  return `${JSON.stringify({ $schema, exporter: `pflow ${version}`, shared: { frames }, profiles })}\n`;
}

/** Opens and closes frames in order: a frame is closed before anything that starts after it. */
function eventsOf(laned: readonly LanedSpan[], frameOf: (one: LanedSpan) => number): ProfileEvent[] {
  const events: ProfileEvent[] = [];
  const open: LanedSpan[] = [];
  const close = (): void => {
    const last = open.pop();
    if (last !== undefined) events.push({ type: 'C', frame: frameOf(last), at: last.end });
  };
  for (const one of laned) {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.span.id === one.span.parent || top.end > one.start) break;
      close();
    }
    open.push(one);
    events.push({ type: 'O', frame: frameOf(one), at: one.start });
  }
  while (open.length > 0) close();
  return events;
}
