// The reader of shell commands, for those who load a node type with commands.
import type { ShellReader } from '../shell-reader.ts';
import { createArithmeticCheck } from './arithmetic.ts';
import { findOptionValues } from './option-values.ts';
import { quoteReferences, wordsWithReferences } from './quote-references.ts';

export const SHELL_READER: ShellReader = {
  quoteReferences,
  wordsWithReferences,
  findOptionValues,
  createArithmeticCheck,
};
