// Saves a workflow under a name: a plain file that can be edited and run, and a line in its history. The caller has
// validated the workflow.
import { mkdirSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { savedFolder, savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { appendHistory } from './append-history.ts';
import { requireSavedName } from './saved-name.ts';
import { createFileAtomically, replaceFileAtomically } from '../write-file.ts';

type Ir = Readonly<Record<string, unknown>>;

export interface SaveOptions {
  /** Without it a name that is taken is refused. */
  readonly replace?: boolean;
  /** Becomes the description of the workflow itself. */
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly typicalUses?: readonly string[];
}

export interface SaveResult {
  readonly path: string;
  /** There was one of that name. */
  readonly replaced: boolean;
}

/** Throws USAGE for a bad name, WORKFLOW_EXISTS for one that is taken, FILE_UNWRITABLE. */
export function saveWorkflow(home: string, name: string, ir: Ir, options: SaveOptions = {}): SaveResult {
  requireSavedName(name);
  const { replace = false, description } = options;
  const path = savedWorkflowPath(home, name);
  const text = `${JSON.stringify(description === undefined ? ir : described(ir, description), undefined, 2)}\n`;
  const at = new Date().toISOString();
  const created = writable(path, () => {
    mkdirSync(savedFolder(home), { recursive: true, mode: 0o700 });
    return createFileAtomically(path, text);
  });
  if (!created && !replace) throw nameTakenError(name);
  writable(path, () => {
    if (!created) replaceFileAtomically(path, text);
    appendHistory(savedHistoryPath(home, name), {
      type: 'workflow.saved',
      at,
      created,
      ...(options.keywords === undefined ? {} : { keywords: [...options.keywords] }),
      ...(options.capabilities === undefined ? {} : { capabilities: [...options.capabilities] }),
      ...(options.typicalUses === undefined ? {} : { typical_uses: [...options.typicalUses] }),
    });
  });
  return { path, replaced: !created };
}

function nameTakenError(name: string): PflowError {
  return new PflowError('WORKFLOW_EXISTS', `there is a saved workflow "${name}" already`, {
    hint: 'Save it under another name with --name, or take its place with --replace.',
  });
}

/** Adds a description; a new one becomes the first key, since it is read first. */
function described(ir: Ir, description: string): Ir {
  return 'description' in ir ? { ...ir, description } : { description, ...ir };
}

function writable<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PflowError('FILE_UNWRITABLE', `the workflow cannot be saved as ${path}: ${message}`, {
      hint: 'Set PFLOW_HOME to a folder that can be written.',
      cause: error,
    });
  }
}
