// What safe values in commands cost: a command with three values is parsed, quoted and filled, each time anew.
// Loads the reader of commands, as a run does.
import '../src/nodes/shell.ts';
import { createLayeredScope } from '../src/workflow/templates/scope.ts';
import { resolveCommand } from '../src/workflow/templates/resolve-command.ts';
import type { Figure } from './figures.ts';

const COMMAND = 'git log --format=\'%h ${format}\' -n 20 -- "${path}" | grep -e ${word} | head -n 5';
const VALUES = { format: '%s', path: 'src/it\'s "here"', word: '$(id)' };
const TARGET = 20;
const ROUNDS = 20_000;

export function commandFigures(): Promise<Figure[]> {
  const scope = createLayeredScope({}, VALUES, {});
  const isTemplateName = (name: string): boolean => Object.hasOwn(VALUES, name);
  const resolve = (): unknown =>
    resolveCommand(COMMAND, scope, {
      isTemplateName,
      variables: new Set(),
      secrets: new Set(),
      parsed: new Map(),
    });
  const measure = (): number => {
    const start = process.cpuUsage();
    for (let count = 0; count < ROUNDS; count += 1) resolve();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / ROUNDS;
  };
  measure();
  const microseconds = Math.min(measure(), measure(), measure());
  return Promise.resolve([
    {
      what: 'a command with three values: parsed, quoted and filled',
      target: `≤ ${String(TARGET)} µs`,
      measured: `${microseconds.toFixed(1)} µs`,
      reached: microseconds <= TARGET,
    },
  ]);
}
