// Writes runs as Trace Event JSON, for Perfetto and chrome://tracing. Each run is a process, each lane a thread.
import type { ExportedRun } from './exported-run.ts';
import { assignLanes } from './lanes.ts';

type TraceEvent = Readonly<Record<string, unknown>>;

export function chromeTrace(runs: readonly ExportedRun[]): string {
  const events = runs.flatMap((run, index) => eventsOf(run, index + 1));
  return `${JSON.stringify({ traceEvents: events, displayTimeUnit: 'ms' })}\n`;
}

function eventsOf({ row, timeline }: ExportedRun, pid: number): TraceEvent[] {
  const laned = assignLanes(timeline, row.duration_ms);
  const lanes = new Set(laned.map(({ lane }) => lane));
  const name = `${row.workflow ?? 'run'} ${row.run}`;
  return [
    { ph: 'M', cat: '__metadata', name: 'process_name', pid, tid: 0, ts: 0, args: { name } },
    ...[...lanes].map((lane) => ({
      ...{ ph: 'M', cat: '__metadata', name: 'thread_name', pid, tid: lane + 1, ts: 0 },
      args: { name: lane === 0 ? 'workflow' : `lane ${String(lane + 1)}` },
    })),
    ...laned.map(({ span, lane, start, end }) => {
      const { kind, name: title, status, model, tokens, cost_usd, wait_ms, visit, item, attempt } = span;
      const args = { status, model, tokens, cost_usd, wait_ms, visit, item, attempt };
      return {
        ...{ ph: 'X', cat: kind, name: title, pid, tid: lane + 1 },
        ...{ ts: microseconds(start), dur: Math.max(0, microseconds(end) - microseconds(start)), args },
      };
    }),
  ];
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1_000);
}
