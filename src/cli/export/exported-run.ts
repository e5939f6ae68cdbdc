// Reads the runs that an export is about.
import { startFold } from '../../../projections/fold.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import type { RunRow } from '../../../projections/runs/schema.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import { readLog } from '../../log/read/read-log.ts';
import { readOptionsFor } from '../../replay/fold-logs.ts';
import type { ListedRun } from '../../replay/list-runs.ts';

/** Words of a model call, for exports with content. */
export interface CallWords {
  readonly prompt?: unknown;
  readonly answer?: unknown;
}

export interface ExportedRun {
  readonly row: RunRow;
  readonly timeline: readonly TimelineSpan[];
  /** By the id of the span of a call; empty without `--content`. */
  readonly words: ReadonlyMap<string, CallWords>;
}

export interface ExportReading {
  readonly pricing: Pricing;
  readonly withContent: boolean;
}

export async function readExportedRun(
  row: ListedRun,
  { pricing, withContent }: ExportReading,
): Promise<ExportedRun> {
  const projection = createTimeline({ pricing });
  const timeline = startFold(projection);
  const words = new Map<string, CallWords>();
  const { handles, skippable } = readOptionsFor([projection]);
  await readLog(row.file, {
    handles: withContent ? new Set([...handles, 'llm.prompted', 'llm.answered']) : handles,
    skippable,
    runs: (id) => id === row.run,
    skipCorrupt: true,
    onEvent: (event) => {
      timeline.add(event);
      if (!withContent) return;
      if (event.type === 'llm.prompted') addWords(words, event.data.call, { prompt: event.data.prompt });
      if (event.type === 'llm.answered') addWords(words, event.data.call, { answer: event.data.response });
    },
  });
  return { row, timeline: timeline.result(), words };
}

function addWords(words: Map<string, CallWords>, call: number, more: CallWords): void {
  const id = `call:${String(call)}`;
  words.set(id, { ...words.get(id), ...more });
}
