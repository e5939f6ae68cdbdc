// Reads a saved workflow: its file, which can be edited and run, and its history.
import { statSync, type Stats } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { checkSchema } from '../../workflow/check-schema.ts';
import { invalidWorkflowError } from '../../workflow/invalid-workflow.ts';
import { parseJson } from '../../values/parse-json.ts';
import type { Workflow } from '../../workflow/schema.ts';
import { savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { readTextFile } from '../workflow-source.ts';
import { readHistory, type History, type UsedLine } from './history.ts';

export interface SavedWorkflow {
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  /** What stands in the file. */
  readonly text: string;
  /** The same as a value. */
  readonly ir: Readonly<Record<string, unknown>>;
  /** The same, with defaults filled in. Its node types are not checked. */
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

/** Returns undefined where the name is not saved. Throws WORKFLOW_INVALID for a file that is not a workflow. */
export function findSavedWorkflow(home: string, name: string): SavedWorkflow | undefined {
  const path = savedWorkflowPath(home, name);
  const text = readTextFile(path, path);
  if (text === undefined) return undefined;
  const parsed = parseJson(text, path);
  const { workflow, problems } = checkSchema(parsed);
  if (workflow === undefined || problems.length > 0) throw invalidWorkflowError(problems, path);
  return {
    name,
    path,
    ...(workflow.description === undefined ? {} : { description: workflow.description }),
    text,
    ir: parsed as Readonly<Record<string, unknown>>,
    workflow,
    ...pastOf(path, historyOf(home, name)),
  };
}

type Past = Omit<SavedWorkflow, 'name' | 'path' | 'description' | 'text' | 'ir' | 'workflow'>;

function pastOf(path: string, { saved, createdAt, runs, lastRun, unreadableLines }: History): Past {
  const { birthtimeMs, mtimeMs } = timesOf(path);
  const born = birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs;
  return {
    keywords: saved?.keywords ?? [],
    capabilities: saved?.capabilities ?? [],
    typicalUses: saved?.typical_uses ?? [],
    createdAt: createdAt ?? new Date(born).toISOString(),
    updatedAt: new Date(mtimeMs).toISOString(),
    runs,
    ...(lastRun === undefined ? {} : { lastRun }),
    unreadableHistoryLines: unreadableLines,
  };
}

/** The file may have been deleted since it was read. */
function timesOf(path: string): Pick<Stats, 'birthtimeMs' | 'mtimeMs'> {
  return statSync(path, { throwIfNoEntry: false }) ?? { birthtimeMs: 0, mtimeMs: Date.now() };
}

/** A history that cannot be read must not hide the workflow. */
function historyOf(home: string, name: string): History {
  try {
    return readHistory(savedHistoryPath(home, name));
  } catch (error) {
    if (error instanceof PflowError) return { runs: 0, unreadableLines: 1 };
    throw error;
  }
}
