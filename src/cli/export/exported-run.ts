// Collects the spans of the runs that an export is about.
import { startFold, type Fold } from '../../../projections/fold.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import type { RunRow } from '../../../projections/runs/schema.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import type { LogEvent } from '../../events/event.ts';
import { readOptionsFor, withTypes } from '../../replay/fold-logs.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import type { CollectedLogs, LogCollector } from './collected-logs.ts';

/** Words of a model call, for exports with content. */
export interface CallWords {
  readonly prompt?: unknown;
  readonly answer?: unknown;
}

export interface RunSpans {
  readonly timeline: readonly TimelineSpan[];
  /** By the id of the span of a call; empty without `--content`. */
  readonly words: ReadonlyMap<string, CallWords>;
}

export interface ExportedRun extends RunSpans {
  readonly row: RunRow;
}

export interface ExportReading {
  readonly pricing: Pricing;
  readonly withContent: boolean;
}

interface OpenRun {
  readonly timeline: Fold<unknown, TimelineSpan[]>;
  readonly words: Map<string, CallWords>;
}

const CONTENT: readonly LogEvent['type'][] = ['llm.prompted', 'llm.answered'];

/** Collects the spans of all runs of one log. */
export function createSpanCollector({ pricing, withContent }: ExportReading): LogCollector<RunSpans> {
  const projection = createTimeline({ pricing });
  const handles = withContent ? CONTENT : [];
  const runs = new Map<string, OpenRun>();
  return {
    projections: [projection],
    handles,
    reading: withTypes(readOptionsFor([projection]), handles),
    add(event) {
      let run = runs.get(event.run);
      if (run === undefined) {
        run = { timeline: startFold(projection), words: new Map() };
        runs.set(event.run, run);
      }
      run.timeline.add(event);
      if (withContent) addContent(run.words, event);
    },
    resultOf({ run: id }) {
      const run = runs.get(id);
      runs.delete(id);
      return run === undefined ? undefined : { timeline: run.timeline.result(), words: run.words };
    },
  };
}

/** In the order of `rows`. */
export async function readExportedRuns(
  rows: readonly ListedRun[],
  logs: CollectedLogs<RunSpans>,
): Promise<readonly ExportedRun[]> {
  const spans = new Map<ListedRun, RunSpans>();
  for await (const { run, collected } of logs.runs(rows))
    if (collected !== undefined) spans.set(run, collected);
  return rows.map((row) => ({ row, ...(spans.get(row) ?? { timeline: [], words: new Map() }) }));
}

function addContent(words: Map<string, CallWords>, event: LogEvent): void {
  if (event.type === 'llm.prompted') addWords(words, event.data.call, { prompt: event.data.prompt });
  if (event.type === 'llm.answered') addWords(words, event.data.call, { answer: event.data.response });
}

function addWords(words: Map<string, CallWords>, call: number, more: CallWords): void {
  const id = `call:${String(call)}`;
  words.set(id, { ...words.get(id), ...more });
}
