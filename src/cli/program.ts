// The command line: names, flags, help. What a command does is in its own file and loaded when it is called.
import { Command, CommanderError } from 'commander';
import { exitCodeOf, PflowError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { findNearestName } from '../values/nearest.ts';
import { addPlan } from './plan/command.ts';
import { addPrices } from './prices/command.ts';
import { addProjections } from './projections/command.ts';
import { addRegistry } from './registry/command.ts';
import { addReplay } from './replay/command.ts';
import { addRun } from './run/command.ts';
import { addSpend } from './spend/command.ts';
import { addValidate } from './validate/command.ts';
import { addVerify } from './verify/command.ts';
import { addWorkflow } from './workflow/command.ts';
import type { SetExitCode } from './done.ts';
import {
  asPflowError,
  formatErrorLine,
  formatError,
  toJsonError,
  formatStack,
} from './terminal/error-text.ts';
import { openTerminal, isColourEnabled, type Terminal } from './terminal/terminal.ts';

/** Resolves to the exit code. Nothing is thrown past here. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const terminal = openTerminal(isColourEnabled(process.env, args.includes('--no-color')));
  let code = 0;
  const program = createProgram(terminal, (result) => {
    code = result;
  });
  try {
    const words = commandFirst(args, program.commands);
    const group = commandGroup(words, program);
    if (group === undefined) await program.parseAsync(words, { from: 'user' });
    else group.outputHelp();
  } catch (thrown) {
    code = report(thrown, terminal, { args, commands: program.commands.map((command) => command.name()) });
  }
  const lost = await terminal.flush();
  if (lost === undefined) return code;
  terminal.err(formatError(new PflowError('FILE_UNWRITABLE', `stdout cannot be written: ${lost.message}`)));
  return code === 0 ? 1 : code;
}

interface Words {
  readonly args: readonly string[];
  readonly commands: readonly string[];
}

function report(thrown: unknown, terminal: Terminal, { args, commands }: Words): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const error = misspelt(thrown instanceof CommanderError ? usageError(thrown) : asPflowError(thrown), {
    args,
    commands,
  });
  if (wantsJson(args)) {
    const document = {
      result: null,
      is_error: true,
      status: 'failed',
      error: toJsonError(error),
      warnings: [],
    };
    terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
    terminal.err(formatErrorLine(error));
  } else terminal.err(formatError(error));
  if (args.includes('--verbose')) terminal.err(formatStack(error));
  return exitCodeOf(error.code);
}

function usageError(error: CommanderError): PflowError {
  const text = error.code === 'commander.help' ? 'unknown command' : error.message;
  const [message = '', ...rest] = text.replace(/^error: /u, '').split('\n');
  return new PflowError('USAGE', message, {
    details: rest.map((line) => line.replace(/^\((.*)\)$/u, '$1')),
    hint: 'See pflow --help, or --help after a command.',
  });
}

/** Suggests a command where the first word is nearly its name: it was taken for a workflow. */
function misspelt(error: PflowError, { args, commands }: Words): PflowError {
  const [word = ''] = args;
  const near = /^\w+$/u.test(word) && !commands.includes(word) ? findNearestName(word, commands) : undefined;
  if (near === undefined || !(error.code === 'USAGE' || error.code === 'FILE_NOT_FOUND')) return error;
  return new PflowError(error.code, error.message, {
    details: error.details,
    hint: `Did you mean pflow ${near}?`,
    cause: error,
  });
}

/** Reads the raw arguments, since an error may come before the options are parsed. */
function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) =>
      arg === '--json' ||
      /^--output-format=json$/iu.test(arg) ||
      (arg === '--output-format' && args[index + 1]?.toLowerCase() === 'json'),
  );
}

/** Moves the command to the front: options may come before it, and before a subcommand. */
function commandFirst(args: readonly string[], commands: readonly Command[]): string[] {
  const takesValue = (word = ''): boolean =>
    [...commands, ...commands.flatMap((command) => command.commands)].some(({ options }) =>
      options.some(({ required, long, short }) => required && (word === long || word === short)),
    );
  const at = args.findIndex(
    (word, index) => word === '--' || !(word.startsWith('-') || takesValue(args[index - 1])),
  );
  const named = commands.find((command) => command.name() === args[at]);
  if (named === undefined) return [...args];
  return [named.name(), ...commandFirst([...args.slice(0, at), ...args.slice(at + 1)], named.commands)];
}

/** The program or command group that was called without a subcommand. */
function commandGroup(words: readonly string[], program: Command): Command | undefined {
  if (words.length === 0) return program;
  const named = program.commands.find((command) => command.name() === words[0]);
  return words.length === 1 && named !== undefined && named.commands.length > 0 ? named : undefined;
}

function createProgram(terminal: Terminal, setExitCode: SetExitCode): Command {
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
  addRun(program, terminal, setExitCode);
  addPlan(program, terminal, setExitCode);
  addReplay(program, terminal, setExitCode);
  addVerify(program, terminal, setExitCode);
  addSpend(program, terminal, setExitCode);
  addPrices(program, terminal, setExitCode);
  addProjections(program, terminal, setExitCode);
  addValidate(program, terminal, setExitCode);
  addWorkflow(program, terminal, setExitCode);
  addRegistry(program, terminal, setExitCode);
  inheritSettings(program);
  return program;
}

/** Commands inherit nothing by themselves when they are added after the settings of the program. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}
