// Records that a saved workflow has run, as one line in its history.
import { existsSync } from 'node:fs';
import { savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { appendHistory } from './append-history.ts';
import type { UsedLine } from './history.ts';

export type WorkflowUse = Omit<UsedLine, 'type' | 'at'>;

/** Throws errors of the file system; the caller reports them, and the run is not affected. */
export function recordUse(home: string, name: string, use: WorkflowUse): void {
  // A workflow that was deleted in the meantime gets no history.
  if (!existsSync(savedWorkflowPath(home, name))) return;
  appendHistory(savedHistoryPath(home, name), {
    type: 'workflow.used',
    at: new Date().toISOString(),
    ...use,
  });
}
