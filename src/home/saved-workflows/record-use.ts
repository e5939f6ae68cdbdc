// Records a run of a saved workflow in its history.
import { existsSync } from 'node:fs';
import { savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { appendHistory } from './append-history.ts';
import type { UsedLine } from './history.ts';

/** Throws what the file system throws; the caller decides whether that matters to the run. */
export function recordUse(home: string, name: string, use: Omit<UsedLine, 'type' | 'at'>): void {
  // A workflow that was deleted during the run gets no new history.
  if (!existsSync(savedWorkflowPath(home, name))) return;
  appendHistory(savedHistoryPath(home, name), {
    type: 'workflow.used',
    at: new Date().toISOString(),
    ...use,
  });
}
