// Writes the workflow of an example, for `pflow init`. Never replaces a file.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../../errors.ts';
import { workingFolder } from '../../home/paths.ts';
import { createFile } from '../../home/write-file.ts';
import { expandHome } from '../../values/home-path.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { EXAMPLES } from './examples.ts';
import { shellWord } from '../../values/shell-word.ts';

export interface InitFlags {
  readonly from: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Throws USAGE for a file that exists, and FILE_UNWRITABLE. */
export function writeExample(name: string, { from, json }: InitFlags, terminal: Terminal): number {
  const example = EXAMPLES[from];
  if (example === undefined) throw new PflowError('USAGE', `there is no example ${from}`);
  const stem = name === '' ? from : name;
  const file = /\.json$/iu.test(stem) ? stem : `${stem}.json`;
  write(file, `${formatJson(example.workflow, 2)}\n`);
  const command = `pflow run ${shellWord(file)} ${example.inputs}`;
  if (json === true) terminal.out(`${formatJson({ file, example: from, command }, 2)}\n`);
  else {
    terminal.out(`${command}\n`);
    terminal.err(`file   ${file}\n`);
  }
  return 0;
}

function write(file: string, text: string): void {
  const path = resolve(workingFolder(), expandHome(file, homedir()));
  let isCreated: boolean;
  try {
    isCreated = createFile(path, text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PflowError('FILE_UNWRITABLE', `${file} cannot be written: ${message}`, { cause: error });
  }
  if (isCreated) return;
  throw new PflowError('USAGE', `${file} already exists`, { hint: 'Give another name: pflow init NAME.' });
}
