// Puts the result of a run into one line, and its failure into words.
import type { Failure } from '../../projections/failure/schema.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import { oneLine } from './one-line.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'live';

export const TONES: Readonly<Record<RunRow['status'], Tone>> = {
  success: 'good',
  failed: 'bad',
  denied: 'bad',
  interrupted: 'warn',
  paused: 'warn',
  incomplete: 'warn',
  running: 'live',
};

export const TONE_MARKS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', warn: '!', live: '▸' };

export interface Verdict {
  readonly tone: Tone;
  /** `import failed in post, attempt 3 of 3`. */
  readonly title: string;
  /** The error in one line; empty without one. */
  readonly reason: string;
}

export function verdictOf(row: RunRow, failure: Failure | null): Verdict {
  const name = oneLine(row.workflow ?? 'run');
  return {
    tone: TONES[row.status],
    title: `${name} ${statusText(row)}${placeText(row, failure)}`,
    reason: reasonOf(row, failure),
  };
}

function statusText({ status, signal }: RunRow): string {
  switch (status) {
    case 'success':
      return 'succeeded';
    case 'failed':
      return 'failed';
    case 'denied':
      return 'was denied';
    case 'interrupted':
      return `was interrupted${signal === undefined ? '' : ` by ${signal}`}`;
    case 'paused':
      return 'waits for approval';
    case 'incomplete':
      return 'was cut off';
    case 'running':
      return 'is running';
  }
}

function placeText({ status }: RunRow, failure: Failure | null): string {
  if (failure?.node == null) return '';
  const { node, visit, item, attempts } = failure;
  const count = String(attempts.length + 1);
  // A node that still runs may try again.
  const attempt = status === 'running' ? `, attempt ${count}` : `, attempt ${count} of ${count}`;
  return [
    ` in ${oneLine(node)}`,
    visit !== null && visit > 1 ? `, visit ${String(visit)}` : '',
    item === null ? '' : `, item ${String(item)}`,
    attempts.length === 0 ? '' : attempt,
  ].join('');
}

function reasonOf({ status }: RunRow, failure: Failure | null): string {
  // It goes on: no failure ended it.
  if (status === 'running') return '';
  const message = failure?.error?.message ?? '';
  if (message !== '') return oneLine(message);
  if (status === 'incomplete')
    return 'The log ends while it ran: the process was killed, the machine stopped, or it still runs.';
  return '';
}
