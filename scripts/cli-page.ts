// Generates the page that lists every command with its arguments and options. It reads the definitions of the command
// line.
import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../src/cli/program.ts';
import { openTerminal } from '../src/cli/terminal/terminal.ts';

export async function cliPage(): Promise<string> {
  const program = await createProgram(openTerminal(false), () => undefined);
  const commands = program.commands.flatMap((command) =>
    command.commands.length > 0
      ? command.commands.map((sub) => section(sub, `pflow ${command.name()} ${sub.name()}`))
      : [section(command, `pflow ${command.name()}`)],
  );
  return `# Command line

<!-- Made by \`npm run docs\` from the commands in src/cli. Do not edit. -->

Results go to stdout, everything else to stderr. \`pflow FILE\` is short for \`pflow run FILE\`, and \`pflow "a sentence"\`
plans a workflow and runs it.

${commands.join('\n')}`;
}

function section(command: Command, name: string): string {
  const rows = [
    ...command.registeredArguments.map(argumentRow),
    ...command.options.filter(({ hidden }) => !hidden).map(optionRow),
  ];
  const table = rows.length === 0 ? '' : `\n| | meaning | default |\n|---|---|---|\n${rows.join('\n')}\n`;
  return `## ${name}\n\n${sentence(command.description())}\n${table}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function argumentRow(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return row(argument.required ? `<${name}>` : `[${name}]`, argument.description, argument);
}

function optionRow(option: Option): string {
  const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`;
  return row(option.flags, `${option.description}${choices}`, option);
}

function row(
  name: string,
  meaning: string,
  { defaultValue, defaultValueDescription }: Argument | Option,
): string {
  const value: unknown = defaultValueDescription ?? defaultValue;
  const isEmpty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return `| \`${escapePipes(name)}\` | ${escapePipes(meaning)} | ${isEmpty ? '' : shown} |`;
}

function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|');
}
