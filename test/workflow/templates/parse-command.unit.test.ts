// Reads commands with many templates: each of them costs as much as one.
import { expect, test } from 'vitest';
import { isAssigned, parseCommand } from '../../../src/workflow/templates/parse-command.ts';

const names = { isTemplateName: (name: string): boolean => name === 'x', variables: new Set<string>() };

test('a command of 100,000 open braces has no template', () => {
  const command = '${'.repeat(100_000);
  expect(parseCommand(command, names)).toEqual({ parts: [command] });
});

test('what a command assigns is found for each command and each name', () => {
  const commands = ['x=1; echo', 'for y in a; do echo; done', 'x=1; echo'];
  expect(commands.map((command) => ['x', 'y', 'x'].map((name) => isAssigned(name, command)))).toEqual([
    [true, false, true],
    [false, true, false],
    [true, false, true],
  ]);
});
