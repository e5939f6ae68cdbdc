// Writes completion scripts from the definitions of the commands. Files are completed by the shell itself.
import type { Command, Option } from 'commander';
import { listArgumentWords, OPTION_VALUES } from './argument-words.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

interface Level {
  /** The words before: empty, a command, or a command and its subcommand. */
  readonly words: readonly string[];
  readonly commands: readonly Command[];
  readonly options: readonly Option[];
  /** What its arguments can be. */
  readonly values: readonly string[];
}

export function completionScript(shell: Shell, program: Command): string {
  const levels = listLevels(program, []);
  return shell === 'fish' ? fishScript(levels) : shell === 'zsh' ? zshScript(levels) : bashScript(levels);
}

function listLevels(command: Command, words: readonly string[]): readonly Level[] {
  const options = command.options.filter(({ hidden, long }) => !hidden && long !== undefined);
  const own = { words, commands: command.commands, options, values: listArgumentWords(command) };
  return [own, ...command.commands.flatMap((one) => listLevels(one, [...words, one.name()]))];
}

/** The words that can follow: commands and options. Choices of a value are listed after its option. */
function bashScript(levels: readonly Level[]): string {
  const cases = levels.map(({ words, commands, options, values }) => {
    const names = [
      ...commands.map((one) => one.name()),
      ...values,
      ...options.flatMap(({ long }) => long ?? []),
      '--help',
    ];
    return `    '${words.join(' ')}') words='${names.join(' ')}' ;;`;
  });
  const choices = choicesByOption(levels).map(
    ([option, values]) => `    ${option}) words='${values.join(' ')}'; option= ;;`,
  );
  return `# Completes pflow in bash. Made by: pflow completion bash
_pflow() {
  local current="\${COMP_WORDS[COMP_CWORD]}" option="\${COMP_WORDS[COMP_CWORD-1]}" at='' words='' word
  local -i index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$at $word" in
${pathCases(levels, '')}
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "$option" in
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pflow pflow
`;
}

/** Each word that leads one level deeper. */
function pathCases(levels: readonly Level[], suffix: string): string {
  const deeper = levels.filter(({ words }) => words.length > 0);
  return deeper
    .map(({ words }) => {
      const before = words.slice(0, -1).join(' ');
      return `      '${before} ${words.at(-1) ?? ''}') at='${words.join(' ')}' ;;${suffix}`;
    })
    .join('\n');
}

function choicesByOption(levels: readonly Level[]): readonly (readonly [string, readonly string[]])[] {
  const found = new Map([...OPTION_VALUES].map(([option, values]) => [option, new Set(values)] as const));
  for (const { long, argChoices } of levels.flatMap(({ options }) => options)) {
    if (long === undefined || argChoices === undefined) continue;
    const values = found.get(long) ?? new Set();
    for (const value of argChoices) values.add(value);
    found.set(long, values);
  }
  return [...found].map(([option, values]) => [option, [...values]]);
}

function zshScript(levels: readonly Level[]): string {
  const cases = levels.map(({ words, commands, options, values }) => {
    const items = [
      ...commands.map((one) => `${one.name()}:${plain(one.description())}`),
      ...values,
      ...options.map(({ long, description }) => `${long ?? ''}:${plain(description)}`),
    ];
    return `    '${words.join(' ')}') items=(${items.map(quote).join(' ')}) ;;`;
  });
  const choices = choicesByOption(levels).map(
    ([option, values]) => `    ${option}) compadd -- ${values.join(' ')}; return ;;`,
  );
  return `#compdef pflow
# Completes pflow in zsh. Made by: pflow completion zsh
_pflow() {
  local at='' word
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
${pathCases(levels, '')}
    esac
  done
  case "\${words[CURRENT-1]}" in
${choices.join('\n')}
  esac
  case "$at" in
${cases.join('\n')}
  esac
  _describe 'pflow' items
  _files
}
if [ "$funcstack[1]" = "_pflow" ]; then _pflow "$@"; else compdef _pflow pflow; fi
`;
}

function fishScript(levels: readonly Level[]): string {
  const lines = levels.flatMap(({ words, commands, options, values }) => {
    const isHere = quote(`__pflow_at ${words.map((word) => `"${word}"`).join(' ')}`.trimEnd());
    return [
      ...commands.map(
        (one) => `complete -c pflow -n ${isHere} -a ${one.name()} -d ${quote(plain(one.description()))}`,
      ),
      ...values.map((value) => `complete -c pflow -n ${isHere} -a ${value}`),
      ...options.map((option) => {
        const name = (option.long ?? '').replace(/^--/u, '');
        const choices = option.argChoices ?? OPTION_VALUES.get(option.long ?? '');
        const values = choices === undefined ? '' : ` -xa ${quote(choices.join(' '))}`;
        const needsValue = option.required && values === '' ? ' -r' : '';
        return `complete -c pflow -n ${isHere} -l ${name}${needsValue}${values} -d ${quote(plain(option.description))}`;
      }),
    ];
  });
  return `# Completes pflow in fish. Made by: pflow completion fish
function __pflow_at
  set -l given (commandline -opc | string match -v -- '-*')
  set -l words $given[2..]
  test (count $argv) -eq 0; and test (count $words) -eq 0; and return 0
  set -l depth (count $argv)
  test $depth -gt 0; and test (count $words) -ge $depth; or return 1
  test "$words[1..$depth]" = "$argv"
end
${lines.join('\n')}
`;
}

/** On one line, without what ends a quoted text or a field. */
function plain(text: string): string {
  return text
    .replaceAll(/['":[\]\\]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

function quote(text: string): string {
  return `'${text}'`;
}
