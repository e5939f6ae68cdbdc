// Tests that a command line loads the commands that it names.
import { expect, test } from 'vitest';
import { COMMAND_NAMES, commandsToLoad } from '../../src/cli/commands.ts';
import { createProgram } from '../../src/cli/program.ts';
import { openTerminal } from '../../src/cli/terminal/terminal.ts';

test('each name and alias of a command loads that command alone', async () => {
  const program = await createProgram(openTerminal(false), () => undefined);
  const names = program.commands.map((command) => command.name());
  expect(names).toEqual(COMMAND_NAMES);
  const single = program.commands.filter((command) => command.name() !== 'completion');
  for (const command of single) {
    for (const name of [command.name(), ...command.aliases()])
      expect(commandsToLoad([name, 'x'])).toEqual([command.name()]);
  }
});

test.each([[[]], [['--help']], [['--verbose', 'run']], [['help', 'run']], [['completion', 'bash']]])(
  '%j needs all commands',
  (args) => {
    expect(commandsToLoad(args)).toEqual(COMMAND_NAMES);
  },
);

test.each([[['flow.json']], [['a sentence']], [['constructor']], [['__proto__']]])('%j is a run', (args) => {
  expect(commandsToLoad(args)).toEqual(['run']);
});

test('the help of an option that can be repeated does not show its empty list', async () => {
  const program = await createProgram(openTerminal(false), () => undefined);
  const helps = program.commands.map((command) => command.helpInformation());
  expect(helps.filter((help) => help.includes('[]'))).toEqual([]);
  const run = program.commands.find((command) => command.name() === 'run');
  expect(run?.helpInformation()).toContain('(default: those in the settings)');
});
