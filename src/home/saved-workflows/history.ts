// What happened to a saved workflow, one line each, only ever appended: when it was saved and when it was used. How
// often it ran and how it last ended is computed from these lines, so two processes that count at once lose nothing.
import * as z from 'zod';
import { readTextFile } from '../workflow-source.ts';

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
  status: z.enum(['success', 'failed', 'interrupted']),
  duration_ms: z.number().nonnegative(),
  run: z.string().optional().describe('execution id, where the run had a log'),
});

const line = z.discriminatedUnion('type', [saved, used]);

export type SavedLine = z.output<typeof saved>;
export type UsedLine = z.output<typeof used>;
export type HistoryLine = z.output<typeof line>;

export interface History {
  /** ISO-8601; absent for a file that was added by hand. */
  readonly createdAt?: string;
  /** The planner's description from the last save. */
  readonly saved?: SavedLine;
  readonly runs: number;
  readonly lastRun?: UsedLine;
  /** Number of lines that could not be parsed and were skipped. */
  readonly unreadableLines: number;
}

/** A missing file is no history. A last line without its newline does not count. */
export function readHistory(path: string): History {
  const texts = (readTextFile(path, path) ?? '').split('\n').slice(0, -1);
  const lines = texts.filter((text) => text !== '').map(parsed);
  const known = sinceCreated(lines.filter((one) => one !== undefined));
  const saves = known.filter((one) => one.type === 'workflow.saved');
  const uses = known.filter((one) => one.type === 'workflow.used');
  const [created, saved, lastRun] = [saves.find((one) => one.created), saves.at(-1), uses.at(-1)];
  return {
    ...(created === undefined ? {} : { createdAt: created.at }),
    ...(saved === undefined ? {} : { saved }),
    runs: uses.length,
    ...(lastRun === undefined ? {} : { lastRun }),
    unreadableLines: lines.length - lines.filter((one) => one !== undefined).length,
  };
}

/**
 * Drops the history of an earlier, deleted workflow of this name. Another process may have written between the creation
 * of the file and the line about it; a clock that was set back later removes nothing.
 */
function sinceCreated(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  const birth = lines.findLastIndex((one) => one.type === 'workflow.saved' && one.created);
  const born = lines[birth]?.at ?? '';
  return lines.filter((one, index) => index >= birth || one.at >= born);
}

function parsed(text: string): HistoryLine | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
