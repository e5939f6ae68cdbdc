// Completion in bash offers the commands and options of the place where the cursor is.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completionScript } from '../../src/cli/completion/completion-script.ts';
import { createProgram } from '../../src/cli/program.ts';
import { openTerminal } from '../../src/cli/terminal/terminal.ts';

const program = await createProgram(openTerminal(false), () => undefined);
const script = completionScript('bash', program);

/** The words that bash would offer for the last of `words`. */
function offered(...words: readonly string[]): readonly string[] {
  const line = ['pflow', ...words].map((word) => `'${word}'`).join(' ');
  const call = `COMP_WORDS=(${line}); COMP_CWORD=${String(words.length)}; _pflow; printf '%s\n' "\${COMPREPLY[@]}"`;
  const shown = execFileSync('bash', ['-c', `${script}\n${call}`], { encoding: 'utf8' });
  return shown.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  test('offers commands, subcommands and options of the command', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['run', 'settings', 'completion']));
    expect(offered('settings', 's').toSorted()).toEqual(['set', 'show']);
    expect(offered('workflow', 'save', '--re')).toEqual(['--replace']);
    expect(offered('settings', '--re')).toEqual([]);
  });

  test('offers what an argument can be', () => {
    expect(offered('schema', 'w')).toEqual(['workflow']);
    expect(offered('completion', '').slice(0, 3)).toEqual(['bash', 'zsh', 'fish']);
    expect(offered('guide', 'te')).toEqual(['templates']);
    expect(offered('registry', 'describe', 're')).toEqual(['read-file']);
    expect(offered('probe', 'sh')).toEqual(['shell']);
    expect(offered('replay', 'x.ndjson', '--project', 'me')).toEqual(['metrics']);
    for (const command of ['show', 'report', 'view', 'resume', 'store', 'diff', 'export'])
      expect(offered(command, 'last-f')).toEqual(['last-failed']);
  });

  test('offers the choices of an option, and leaves files to the shell', () => {
    expect(offered('run', 'x.json', '--output-format', '').toSorted()).toEqual([
      'json',
      'stream-json',
      'text',
    ]);
    expect(offered('run', './x')).toEqual([]);
    expect(script).toContain('complete -o default -F _pflow pflow');
  });
});

test('every command and option is in the scripts for zsh and fish', () => {
  const [zsh, fish] = [completionScript('zsh', program), completionScript('fish', program)];
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    expect(zsh).toContain(`'${command.name()}:`);
    expect(fish).toContain(` -a ${command.name()} `);
    for (const { long } of command.options) expect(fish).toContain(` -l ${(long ?? '').slice(2)} `);
  }
});

/** They write pages, or speak MCP. */
const WITHOUT_JSON = ['report', 'view', 'serve'];

test('the scripts for zsh and fish offer what an argument or an option can be', () => {
  const [zsh, fish] = [completionScript('zsh', program), completionScript('fish', program)];
  expect(zsh).toContain("'templates'");
  expect(zsh).toContain('    --project) compadd -- metrics ');
  expect(fish).toContain('complete -c pflow -n \'__pflow_at "guide"\' -a templates\n');
  expect(fish).toContain(" -l project -xa 'metrics ");
});

test('every command that prints something takes --json', () => {
  const leaves = program.commands.flatMap((command) =>
    command.commands.length > 0 ? command.commands : [command],
  );
  const without = leaves.filter(({ options }) => !options.some(({ long }) => long === '--json'));
  const names = without.map((command) => command.name());
  expect(names.filter((name) => !WITHOUT_JSON.includes(name))).toEqual([]);
});
