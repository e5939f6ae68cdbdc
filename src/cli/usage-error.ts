// Makes errors with a way out of what the parser of the command line reports.
import type { Command, CommanderError } from 'commander';
import { PflowError } from '../errors.ts';
import { findNearestName, suggestNearest } from '../values/nearest-name.ts';
import { present } from '../values/present.ts';

/** `program`: the commands that were loaded. `args`: what was typed, the command first. */
export function usageError(
  error: CommanderError,
  program: Command | undefined,
  args: readonly string[],
): PflowError {
  const text = error.message.replace(/^error: /u, '');
  const choice = choiceError(text);
  if (choice !== undefined) return choice;
  const [message = '', ...rest] = text.split('\n');
  const command = findCommand(program, args);
  const details = rest.map((line) => line.replace(/^\((.*)\)$/u, '$1'));
  switch (error.code) {
    case 'commander.help':
      return unknownCommandError(args.at(-1));
    case 'commander.unknownOption':
      return unknownOptionError(message, command);
    case 'commander.excessArguments':
    case 'commander.missingArgument':
      return new PflowError('USAGE', message, { details: usageLines(command), hint: helpHint(command) });
    case 'commander.missingMandatoryOptionValue':
      return new PflowError('USAGE', message, {
        details: choiceLines(message, command),
        hint: helpHint(command),
      });
    default:
      return new PflowError('USAGE', message, { details, hint: helpHint(command) });
  }
}

/** The command that the words name. Any other word is a workflow to run. */
function findCommand(program: Command | undefined, args: readonly string[]): Command | undefined {
  let found = program;
  for (const word of args) {
    const inner = found?.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (inner === undefined) break;
    found = inner;
  }
  return found === program ? program?.commands.find((one) => one.name() === 'run') : found;
}

function nameOf(command: Command): string {
  const outer = command.parent;
  return outer === null ? command.name() : `${nameOf(outer)} ${command.name()}`;
}

function helpHint(command: Command | undefined): string {
  if (command === undefined) return 'See pflow --help, or --help after a command.';
  return `See ${nameOf(command)} --help.`;
}

function usageLines(command: Command | undefined): string[] {
  return command === undefined ? [] : [`usage: ${nameOf(command)} ${command.usage()}`];
}

/** Of `required option '--to <name>' not specified`: the values that the option takes. */
function choiceLines(message: string, command: Command | undefined): string[] {
  const flags = between(message, "option '", "' not");
  const choices = command?.options.find((option) => option.flags === flags)?.argChoices;
  return choices === undefined ? [] : [`available: ${choices.join(', ')}`];
}

function unknownCommandError(word: string | undefined): PflowError {
  return new PflowError('USAGE', `there is no command "${word ?? ''}"`, {
    hint: 'pflow --help lists the commands.',
  });
}

function unknownOptionError(message: string, command: Command | undefined): PflowError {
  const [given = ''] = between(message, "option '", "'").split('=');
  const name = given.replace(/^-+/u, '');
  const names = (command?.options ?? []).flatMap(({ long, hidden }) =>
    hidden || long === undefined ? [] : [long.replace(/^--/u, '')],
  );
  const nearest = findNearestName(name, names);
  const takesInputs = command?.registeredArguments.some((argument) => argument.name() === 'key=value');
  const input =
    takesInputs === true && nearest === undefined ? `An input is given without dashes: ${name}=VALUE. ` : '';
  return new PflowError('USAGE', message, {
    ...present({ details: nearest === undefined ? undefined : [`Did you mean --${nearest}?`] }),
    hint: `${input}${helpHint(command)}`,
  });
}

const CHOICES = ' Allowed choices are ';

/** Rewords `option '--to <name>' argument 'x' is invalid. Allowed choices are a, b.`, and the same of an argument. */
function choiceError(message: string): PflowError | undefined {
  const at = message.lastIndexOf(CHOICES);
  if (at < 0) return undefined;
  const problem = message.slice(0, at);
  const choices = message.slice(at + CHOICES.length, -1);
  const isOption = problem.startsWith('option ');
  const flags = between(problem, "option '", "' argument '").split(' ');
  const name = isOption
    ? flags.find((flag) => flag.startsWith('--'))
    : between(problem, "for argument '", "'.");
  const given = between(problem, isOption ? "' argument '" : "value '", "' is invalid");
  return new PflowError('USAGE', `${name ?? ''} takes no "${given}"; available: ${choices}`, {
    hint: suggestNearest(given, choices.split(', ')) ?? 'See --help after the command.',
  });
}

/** The part of a text between the first `from` and the last `to`. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  return start < 0 ? '' : text.slice(start + from.length, text.lastIndexOf(to));
}
