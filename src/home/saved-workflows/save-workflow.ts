// Saves a workflow under a name: a JSON file that a person can edit and run, and a line in its history. Does not check
// the workflow; the caller has done that.
import { PflowError } from '../../errors.ts';
import { makeFolder } from '../../log/write/log-disk.ts';
import { exactJsonText } from '../../values/exact-json.ts';
import { present } from '../../values/present.ts';
import { savedFolder, savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { createFileAtomically, replaceFileAtomically } from '../write-file.ts';
import { appendHistory } from './append-history.ts';
import { requireSavedName } from './saved-name.ts';
import type { Ir } from '../../workflow/ir.ts';

export interface SaveOptions {
  /** Replaces a saved workflow; by default a name in use is an error. */
  readonly replace?: boolean;
  /** Becomes the description of the workflow itself. */
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly typicalUses?: readonly string[];
}

export interface SaveResult {
  readonly path: string;
  /** A saved workflow of that name was replaced. */
  readonly replaced: boolean;
}

/** Throws USAGE for an invalid name, WORKFLOW_EXISTS for a name in use, FILE_UNWRITABLE. */
export function saveWorkflow(home: string, name: string, ir: Ir, options: SaveOptions = {}): SaveResult {
  requireSavedName(name);
  const { replace = false, description, keywords, capabilities, typicalUses } = options;
  const path = savedWorkflowPath(home, name);
  const described = description === undefined ? ir : withDescription(ir, description);
  const text = `${exactJsonText(described, 2) ?? ''}\n`;
  const at = new Date().toISOString();
  const created = writeOrThrow(path, () => {
    makeFolder(savedFolder(home), 0o700);
    return createFileAtomically(path, text);
  });
  if (!created && !replace) throw nameTakenError(name);
  writeOrThrow(path, () => {
    if (!created) replaceFileAtomically(path, text);
    appendHistory(savedHistoryPath(home, name), {
      type: 'workflow.saved',
      at,
      created,
      ...present({
        keywords: keywords && [...keywords],
        capabilities: capabilities && [...capabilities],
        typical_uses: typicalUses && [...typicalUses],
      }),
    });
  });
  return { path, replaced: !created };
}

function nameTakenError(name: string): PflowError {
  return new PflowError('WORKFLOW_EXISTS', `there is a saved workflow "${name}" already`, {
    hint: 'Save it under another name with --name, or replace the saved workflow with --replace.',
  });
}

/** Puts a new description before the other keys, since it is read first. */
function withDescription(ir: Ir, description: string): Ir {
  return 'description' in ir ? { ...ir, description } : { description, ...ir };
}

/** Throws FILE_UNWRITABLE for what `write` throws. */
function writeOrThrow<T>(path: string, write: () => T): T {
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
