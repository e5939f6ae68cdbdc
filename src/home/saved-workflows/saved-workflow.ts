// Reads a saved workflow: its file, which a person can edit and run, and its history.
import { statSync, type Stats } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { parseJson } from '../../values/parse-json.ts';
import { present } from '../../values/present.ts';
import { checkSchema } from '../../workflow/check-schema.ts';
import { invalidWorkflowError } from '../../workflow/invalid-workflow.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { readTextFile } from '../text-file.ts';
import { readHistory, type History, type UsedLine } from './history.ts';

/** A saved workflow with its history. */
export interface SavedWorkflow {
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  /** The text of the file. */
  readonly text: string;
  /** The workflow as it is in the file. */
  readonly ir: Readonly<Record<string, unknown>>;
  /** The workflow with defaults filled in. Its node types are not checked. */
  readonly workflow: Workflow;
  readonly keywords: readonly string[];
  readonly capabilities: readonly string[];
  readonly typicalUses: readonly string[];
  /** ISO-8601. */
  readonly createdAt: string;
  /** ISO-8601; an edit by hand counts. */
  readonly updatedAt: string;
  readonly runs: number;
  readonly lastRun?: UsedLine;
  readonly unreadableHistoryLines: number;
}

/**
 * Returns undefined for an unused name. Throws FILE_UNREADABLE, and WORKFLOW_INVALID for a file that is not a workflow.
 */
export function findSavedWorkflow(home: string, name: string): SavedWorkflow | undefined {
  const path = savedWorkflowPath(home, name);
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  const parsed = parseJson(text, path);
  const { workflow, problems } = checkSchema(parsed);
  if (workflow === undefined || problems.length > 0) throw invalidWorkflowError(problems, path);
  const ir = parsed as Readonly<Record<string, unknown>>;
  const { description } = workflow;
  return {
    ...present({ name, path, description, text }),
    ir,
    workflow,
    ...summarizeHistory(path, readHistoryIfReadable(home, name)),
  };
}

type HistorySummary = Omit<SavedWorkflow, 'name' | 'path' | 'description' | 'text' | 'ir' | 'workflow'>;

function summarizeHistory(path: string, history: History): HistorySummary {
  const { saved, createdAt, runs, lastRun, unreadableLines } = history;
  const { birthtimeMs, mtimeMs } = fileTimes(path);
  const birth = birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs;
  return {
    keywords: saved?.keywords ?? [],
    capabilities: saved?.capabilities ?? [],
    typicalUses: saved?.typical_uses ?? [],
    createdAt: createdAt ?? new Date(birth).toISOString(),
    updatedAt: new Date(mtimeMs).toISOString(),
    runs,
    ...present({ lastRun }),
    unreadableHistoryLines: unreadableLines,
  };
}

/** Another process may have deleted the file since it was read. */
function fileTimes(path: string): Pick<Stats, 'birthtimeMs' | 'mtimeMs'> {
  return statSync(path, { throwIfNoEntry: false }) ?? { birthtimeMs: 0, mtimeMs: Date.now() };
}

/** A history that cannot be read does not hide the workflow. */
function readHistoryIfReadable(home: string, name: string): History {
  try {
    return readHistory(savedHistoryPath(home, name));
  } catch (error) {
    if (error instanceof PflowError) return { runs: 0, unreadableLines: 1 };
    throw error;
  }
}
