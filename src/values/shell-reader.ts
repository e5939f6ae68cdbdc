// The reader of shell commands for the templates in commands. It is large and most workflows have no command, so the
// modules that define node types with commands provide it.
import type { createArithmeticCheck } from './sh/arithmetic.ts';
import type { findOptionValues } from './sh/option-values.ts';
import type { quoteReferences, wordsWithReferences } from './sh/quote-references.ts';

export interface ShellReader {
  readonly quoteReferences: typeof quoteReferences;
  readonly wordsWithReferences: typeof wordsWithReferences;
  readonly findOptionValues: typeof findOptionValues;
  readonly createArithmeticCheck: typeof createArithmeticCheck;
}

let provided: ShellReader | undefined;

export function provideShellReader(reader: ShellReader): void {
  provided = reader;
}

/** Throws if no node type with commands was loaded: a command is never quoted by a guess. */
export function requireShellReader(): ShellReader {
  if (provided === undefined) throw new Error('the reader of shell commands was not loaded');
  return provided;
}
