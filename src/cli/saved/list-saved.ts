// Every saved workflow, by name. A file that is none is named beside them and hides nothing.
import { readdirSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { savedFolder } from '../home.ts';
import { isReadableName } from './saved-name.ts';
import { loadSaved, type SavedWorkflow } from './saved-workflow.ts';

export interface BrokenWorkflow {
  readonly name: string;
  readonly problem: string;
  /** Every finding. */
  readonly details: readonly string[];
}

export interface SavedList {
  readonly workflows: readonly SavedWorkflow[];
  readonly broken: readonly BrokenWorkflow[];
}

/** A home without a folder of workflows has none. Throws FILE_UNREADABLE for one that cannot be read. */
export function listSaved(home: string): SavedList {
  const workflows: SavedWorkflow[] = [];
  const broken: BrokenWorkflow[] = [];
  for (const name of savedNames(home)) {
    try {
      if (!isReadableName(name)) {
        broken.push({ name, problem: 'a saved workflow cannot have this name', details: [] });
        continue;
      }
      const saved = loadSaved(home, name);
      if (saved !== undefined) workflows.push(saved);
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      broken.push({ name, problem: error.message, details: error.details });
    }
  }
  return { workflows, broken };
}

/** Names by the files that are there, whatever is in them; sorted. */
export function savedNames(home: string): string[] {
  const folder = savedFolder(home);
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new PflowError('FILE_UNREADABLE', `the saved workflows in ${folder} cannot be read: ${message}`, {
      hint: 'Check the permissions of the folder, or set PFLOW_HOME.',
      cause: error,
    });
  }
}
