// Adds up what logs cost. Loads nothing that reads logs if what is kept is the answer.
import { spendDocument } from '../../projections/spend/document.ts';
import type { Spend } from '../../projections/spend/schema.ts';
import type { FoldedLogs } from './fold-logs.ts';
import { logMarks, NO_NOTES, summariseNotes } from './log-notes.ts';
import { assertPriced } from './price-warnings.ts';
import type { ReplayOptions } from './replay-options.ts';
import type { StartedReplay } from './threads.ts';

/**
 * Folds the logs of a started replay into `spend`, each by itself. A run that is in several logs counts once. Throws
 * what `foldEachLog` throws.
 */
export async function spendLogs(
  started: StartedReplay,
  options: ReplayOptions,
): Promise<FoldedLogs<readonly [Spend]>> {
  const { found, kept } = started;
  if (found === 'stdin' || kept?.whole === undefined) {
    const { foldEachLog } = await import('./fold-each-log.ts');
    return foldEachLog(started, options);
  }
  const spend = spendDocument({ runs: new Map(), sums: kept.whole }, kept.pricing, kept.selection);
  if (options.unknownModel === 'error') assertPriced([spend]);
  const notes = { ...NO_NOTES, unread: found.unread, texts: found.notes };
  return { results: [spend], gaps: [spend], notes: summariseNotes(notes), marks: logMarks(notes) };
}
