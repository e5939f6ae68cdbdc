// Defines the command line: names, flags and help. Each command loads its own code when it is called.
import { homedir } from 'node:os';
import { Command, CommanderError } from 'commander';
import { PflowError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { expandHome } from '../values/home-path.ts';
import { findNearestName, suggestNearest } from '../values/nearest-name.ts';
import { VERSION } from '../version.ts';
import { COMMAND_NAMES, loadCommands, commandsToLoad } from './commands.ts';
import { answerOldSpelling } from './old-spellings.ts';
import type { SetExitCode } from './options.ts';
import {
  asPflowError,
  formatError,
  formatErrorLine,
  formatStack,
  toErrorDocument,
} from './terminal/error-text.ts';
import { isColourEnabled, openTerminal, type Terminal } from './terminal/terminal.ts';

/** Runs the command line and resolves to the exit code. Never throws. */
export async function runProgram(args: readonly string[]): Promise<number> {
  return runCommand(args, openTerminal(isColourEnabled(process.env, args.includes('--no-color'))));
}

/** Runs one command on a terminal and resolves to the exit code. Never throws. */
async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  try {
    const setExitCode = (code: number): void => {
      exitCode = code;
    };
    const program = await createProgram(terminal, setExitCode, commandsToLoad(args));
    const ordered = moveCommandFirst(args.map(expandHomeIn), program.commands);
    const group = findBareGroup(ordered, program);
    if (group === undefined) await program.parseAsync(ordered, { from: 'user' });
    else group.outputHelp();
  } catch (thrown) {
    exitCode = await reportFailure(thrown, terminal, args);
  }
  const writeError = await terminal.flush();
  if (writeError === undefined) return exitCode;
  terminal.err(
    formatError(new PflowError('FILE_UNWRITABLE', `stdout cannot be written: ${writeError.message}`)),
  );
  return exitCode === 0 ? 1 : exitCode;
}

/** Expands `~/` where shells do not: in quotes, and in `--log=~/runs/`. An input keeps it; its node expands it. */
function expandHomeIn(argument: string): string {
  const [, option = '', path = ''] = /^(--[a-z-]+=)?(~(?:\/.*)?)$/su.exec(argument) ?? [];
  return path === '' ? argument : option + expandHome(path, homedir());
}

/** Defines the command line with the commands of these names. */
export async function createProgram(
  terminal: Terminal,
  setExitCode: SetExitCode,
  names = COMMAND_NAMES,
): Promise<Command> {
  const program = new Command('pflow')
    .description('Runs AI workflows and reports exactly what happened and what it cost.')
    .version(VERSION, '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text);
      },
      writeErr: () => undefined,
    })
    .addHelpText(
      'after',
      '\nExample:\n  pflow run release-notes.json repo=. --output-format json --log runs/\n  pflow replay runs/ --project cost\n',
    );
  for (const add of await loadCommands(names, runCommand)) add(program, terminal, setExitCode);
  inheritSettings(program);
  return program;
}

/** Copies the settings of the program: commands that are added after them do not inherit them. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

/** Prints an error and returns its exit code. `--help` and `--version` end in an error without a failure. */
async function reportFailure(thrown: unknown, terminal: Terminal, args: readonly string[]): Promise<number> {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const plain = thrown instanceof CommanderError ? usageError(thrown) : asPflowError(thrown);
  const error = plain.code === 'INTERNAL' ? await redacted(plain, args) : suggestCommand(plain, args);
  printFailure(error, formatOf(args), terminal);
  if (args.includes('--verbose')) terminal.err(formatStack(error));
  return exitCodeOf(error.code);
}

/** Prints a document on stdout and text on stderr. A screen that shows both gets one of them. */
function printFailure(error: PflowError, format: DocumentFormat | undefined, terminal: Terminal): void {
  const { isRequested = false, isLine = false } = format ?? {};
  const isOneScreen = terminal.outIsTerminal && terminal.errIsTerminal;
  if (format !== undefined && (isRequested || !isOneScreen)) {
    const document = toErrorDocument(error);
    terminal.out(`${isLine ? JSON.stringify(document) : JSON.stringify(document, undefined, 2)}\n`);
  }
  if (!isRequested) terminal.err(formatError(error));
  else if (!isOneScreen) terminal.err(formatErrorLine(error));
}

async function redacted(error: PflowError, args: readonly string[]): Promise<PflowError> {
  const { redactFailure } = await import('./redact-failure.ts');
  return redactFailure(error, process.env, args);
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

function usageError(error: CommanderError): PflowError {
  const choice = choiceError(error.message.replace(/^error: /u, ''));
  if (choice !== undefined) return choice;
  const text = error.code === 'commander.help' ? 'unknown command' : error.message;
  const [message = '', ...rest] = text.replace(/^error: /u, '').split('\n');
  return new PflowError('USAGE', message, {
    details: rest.map((line) => line.replace(/^\((.*)\)$/u, '$1')),
    hint: 'See pflow --help, or --help after a command.',
  });
}

/** Adds the nearest command as a hint: a misspelt command was taken for a workflow. */
function suggestCommand(error: PflowError, args: readonly string[]): PflowError {
  const [word = ''] = args;
  if (!(error.code === 'USAGE' || error.code === 'FILE_NOT_FOUND')) return error;
  const present = answerOldSpelling(args);
  if (present !== undefined) return error.with({ hint: present });
  const nearest =
    /^\w+$/u.test(word) && !COMMAND_NAMES.includes(word) ? findNearestName(word, COMMAND_NAMES) : undefined;
  if (nearest === undefined) return error;
  return error.with({ hint: `Did you mean pflow ${nearest}?` });
}

interface DocumentFormat {
  readonly isLine: boolean;
  /** By an option. Else the command prints JSON by default, and people read the error on stderr. */
  readonly isRequested: boolean;
}

/** Looks at the raw arguments, since an error may come before the flags are parsed. The last flag wins. */
function formatOf(args: readonly string[]): DocumentFormat | undefined {
  const formats = args.flatMap((arg, index) => {
    if (arg === '--json') return ['json'];
    if (arg === '--output-format' || arg === '--format') return [args[index + 1]?.toLowerCase()];
    const [, value] = /^--(?:output-)?format=(.*)$/isu.exec(arg) ?? [];
    return value === undefined ? [] : [value.toLowerCase()];
  });
  const last = formats.at(-1);
  if (last === undefined) return args[0] === 'replay' ? { isLine: false, isRequested: false } : undefined;
  if (!['json', 'stream-json', 'ndjson'].includes(last)) return undefined;
  return { isLine: last !== 'json', isRequested: true };
}

/** Moves the names of the command and its subcommand to the front. Flags may precede them. */
function moveCommandFirst(args: readonly string[], commands: readonly Command[]): string[] {
  const takesValue = (flag = ''): boolean =>
    [...commands, ...commands.flatMap((command) => command.commands)].some(({ options }) =>
      options.some(({ required, long, short }) => required && (flag === long || flag === short)),
    );
  const index = args.findIndex(
    (arg, position) => arg === '--' || !(arg.startsWith('-') || takesValue(args[position - 1])),
  );
  const command = commands.find((one) => one.name() === args[index]);
  if (command === undefined) return [...args];
  const rest = [...args.slice(0, index), ...args.slice(index + 1)];
  return [command.name(), ...moveCommandFirst(rest, command.commands)];
}

/** Returns the program or the command group that was called without a command. Its help is printed. */
function findBareGroup(args: readonly string[], program: Command): Command | undefined {
  if (args.length === 0) return program;
  const command = program.commands.find((one) => one.name() === args[0]);
  if (args.length > 1 || command === undefined || command.commands.length === 0) return undefined;
  // A group that takes an argument does something without it.
  return command.registeredArguments.length === 0 ? command : undefined;
}
