// Defines the command line: names, flags and help. Each command loads its own code when it is called.
import { homedir } from 'node:os';
import { Command, CommanderError, Help, type Option } from 'commander';
import { PflowError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { expandHome } from '../values/home-path.ts';
import { findNearestName } from '../values/nearest-name.ts';
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
  let program: Command | undefined;
  let ordered = args;
  try {
    const setExitCode = (code: number): void => {
      exitCode = code;
    };
    program = await createProgram(terminal, setExitCode, commandsToLoad(args));
    ordered = helpOfRun(moveCommandFirst(args.map(expandHomeIn), program.commands), program.commands);
    const group = findBareGroup(ordered, program);
    if (group === undefined) await program.parseAsync(ordered, { from: 'user' });
    else group.outputHelp();
  } catch (thrown) {
    exitCode = await reportFailure(await asError(thrown, program, ordered), terminal, args);
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
    .configureHelp({ optionDescription: describeOption })
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

/** Leaves out the empty list that an option which can be repeated begins with. */
function describeOption(this: Help, option: Option): string {
  const defaultValue: unknown = option.defaultValue;
  const isEmptyList = Array.isArray(defaultValue) && defaultValue.length === 0;
  return isEmptyList && option.defaultValueDescription === undefined
    ? option.description
    : Help.prototype.optionDescription.call(this, option);
}

/** Copies the settings of the program: commands that are added after them do not inherit them. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

/** Returns undefined for `--help` and `--version`, which end in an error without a failure. */
async function asError(
  thrown: unknown,
  program: Command | undefined,
  args: readonly string[],
): Promise<PflowError | undefined> {
  if (!(thrown instanceof CommanderError)) return asPflowError(thrown);
  if (thrown.exitCode === 0) return undefined;
  const { usageError } = await import('./usage-error.ts');
  return usageError(thrown, program, args);
}

/** Prints an error and returns its exit code. */
async function reportFailure(
  plain: PflowError | undefined,
  terminal: Terminal,
  args: readonly string[],
): Promise<number> {
  if (plain === undefined) return 0;
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

/** `pflow FILE --help` is for `run`: the program loads no other command for it, and could not list them. */
function helpOfRun(args: readonly string[], commands: readonly Command[]): readonly string[] {
  const [word] = args;
  const names = commands.flatMap((one) => [one.name(), ...one.aliases()]);
  const isNamed = word === undefined || word === 'help' || names.includes(word);
  const isHelpRequested = args.includes('--help') || args.includes('-h');
  return !isNamed && isHelpRequested && !args.every((arg) => arg.startsWith('-')) ? ['run', ...args] : args;
}

/** Returns the program or the command group that was called without a command. Its help is printed. */
function findBareGroup(args: readonly string[], program: Command): Command | undefined {
  if (args.length === 0) return program;
  const command = program.commands.find((one) => one.name() === args[0]);
  if (args.length > 1 || command === undefined || command.commands.length === 0) return undefined;
  // A group that takes an argument does something without it.
  return command.registeredArguments.length === 0 ? command : undefined;
}
