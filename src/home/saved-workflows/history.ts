// Reads the history of a saved workflow: one appended line for each save and each run. The number of runs and the last
// run are computed from these lines, so that processes that append at the same time lose nothing.
import { RUN_ENDS } from '../../events/run-status.ts';
import * as z from 'zod';
import { present } from '../../values/present.ts';
import { readTextFile } from '../text-file.ts';

const strings = z.array(z.string());

const saved = z.object({
  type: z.literal('workflow.saved'),
  at: z.iso.datetime(),
  /** There was no workflow of that name before. */
  created: z.boolean(),
  keywords: strings.optional(),
  capabilities: strings.optional(),
  typical_uses: strings.optional(),
});

const used = z.object({
  type: z.literal('workflow.used'),
  at: z.iso.datetime().describe('when the run ended'),
  status: z.enum(RUN_ENDS),
  duration_ms: z.number().nonnegative(),
  run: z.string().optional().describe('execution id, for a run with a log'),
});

const historyLine = z.discriminatedUnion('type', [saved, used]);

export type SavedLine = z.output<typeof saved>;
export type UsedLine = z.output<typeof used>;
export type HistoryLine = z.output<typeof historyLine>;

export interface History {
  /** ISO-8601; absent for a file that was put there by hand. */
  readonly createdAt?: string;
  /** The last save, with what the planner recorded about the workflow. */
  readonly saved?: SavedLine;
  readonly runs: number;
  readonly lastRun?: UsedLine;
  /** How many lines could not be read and were skipped. */
  readonly unreadableLines: number;
}

/** Returns an empty history for a missing file. Ignores a last line without a newline. */
export function readHistory(path: string): History {
  const texts = (readTextFile(path) ?? '').split('\n').slice(0, -1);
  const lines = texts.filter((text) => text !== '').map(parseLine);
  const readable = lines.filter((line) => line !== undefined);
  const current = dropDeleted(readable);
  const saves = current.filter((line) => line.type === 'workflow.saved');
  const uses = current.filter((line) => line.type === 'workflow.used');
  return present({
    createdAt: saves.find((line) => line.created)?.at,
    saved: saves.at(-1),
    runs: uses.length,
    lastRun: uses.at(-1),
    unreadableLines: lines.length - readable.length,
  });
}

/**
 * Drops the lines of an earlier workflow of this name that was deleted. A line of the new one may precede the line
 * about its creation, since several processes append; it is recognised by its time. A clock that is set back later
 * drops nothing.
 */
function dropDeleted(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  const creation = lines.findLastIndex((line) => line.type === 'workflow.saved' && line.created);
  const createdAt = lines[creation]?.at ?? '';
  return lines.filter((line, index) => index >= creation || line.at >= createdAt);
}

function parseLine(text: string): HistoryLine | undefined {
  try {
    return historyLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
