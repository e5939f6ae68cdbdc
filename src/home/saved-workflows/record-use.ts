// Notes that a saved workflow has run. It asks for nothing but one line in a file.
import { existsSync } from 'node:fs';
import { savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { appendHistory } from './append-history.ts';
import type { UsedLine } from './history.ts';

export type WorkflowUse = Omit<UsedLine, 'type' | 'at'>;

/** Throws what the file system throws: a run is none the worse for it. */
export function recordUse(home: string, name: string, use: WorkflowUse): void {
  // Whoever deleted it in the meantime wants no history of it.
  if (!existsSync(savedWorkflowPath(home, name))) return;
  appendHistory(savedHistoryPath(home, name), {
    type: 'workflow.used',
    at: new Date().toISOString(),
    ...use,
  });
}
