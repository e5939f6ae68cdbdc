// Lists the words that arguments of commands and values of options can be. Files are completed by the shell itself.
import type { Command } from 'commander';
import { PROJECTION_NAMES } from '../../../projections/projection-list.ts';
import { NODE_TYPE_NAMES } from '../../nodes/registry.ts';
import { GUIDE_TOPICS } from '../guide/topics.ts';

/** By the name of the argument, where the parser does not know the values. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  run: ['last', 'last-failed', 'last-success'],
  a: ['last', 'last-failed', 'last-success'],
  type: NODE_TYPE_NAMES,
  topic: GUIDE_TOPICS.map(({ name }) => name),
};

/** Values of options by their long name. */
export const OPTION_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['--project', PROJECTION_NAMES],
]);

/** They take ids of runs in a database only. */
const WITH_IDS: ReadonlySet<string> = new Set(['cancel', 'pull']);

/** The words that an argument of the command can be. Leaves out files and free text. */
export function listArgumentWords(command: Command): readonly string[] {
  if (WITH_IDS.has(command.name())) return [];
  const words = command.registeredArguments.flatMap((argument) => {
    const name = argument.name();
    return argument.argChoices ?? (Object.hasOwn(VALUES, name) ? (VALUES[name] ?? []) : []);
  });
  return [...new Set(words)];
}
