// Invariant: no value becomes code in the arithmetic of a shell, also where /bin/sh is bash.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SHELL_READER } from '../../../src/values/sh/reader.ts';
import { provideShellReader } from '../../../src/values/shell-reader.ts';
import { handOver, KnownCommand } from '../../../src/workflow/templates/hand-over.ts';
import { parseCommand } from '../../../src/workflow/templates/parse-command.ts';
import { temporaryFolder } from '../../support/cli.ts';

provideShellReader(SHELL_READER);

const COMMANDS = [
  'n=${x}; echo $((n+1))',
  'n=${x}; echo $(($n+1))',
  'n=${x}; echo $[n+1]',
  'm=${x}; n=$m; echo $((n))',
  'n=${x}; ((n++)); echo',
  'n=${x}; let n=n+1; echo',
  'n=${x}; for ((i=n;i<1;i++)); do :; done',
  'declare -i k; n=${x}; k=$n; echo',
  'a=(1 2); n=${x}; echo ${a[n]}',
  'n=${x}; a[n]=1',
  's=abc; n=${x}; echo ${s:n}',
  's=abc; n=${x}; echo ${s:0:$n}',
  'n=${x}; echo ${!n}',
  'n=${x}; echo ${n@P}',
  'read n <<E\n${x}\nE\necho $((n+1))',
  'f() { n=$1; echo $((n)); }; f ${x}',
  'set -- ${x}; n=$1; echo $((n))',
  'for i in 1 ${x}; do echo $((i)); done',
];

function fill(text: string, value: string): { readonly script: string; readonly places: readonly string[] } {
  const names = { isTemplateName: (name: string) => name === 'x', variables: new Set<string>() };
  const command = new KnownCommand(parseCommand(text, names));
  const texts = { textOf: () => value, shownOf: () => value };
  const { script, unsafe } = handOver(command, texts, new Set());
  return { script, places: unsafe.map(({ place }) => place) };
}

const CODE = ['a[$(touch mark)]', 'a[`touch mark`]', '1+a[b[1]+$(touch mark)]', 'x=a[${y:-$(touch mark)}]'];

/** Runs a script as bash does under the name sh. Returns whether it ran the code in the value. */
function runsCode(script: string, value: string): boolean {
  const cwd = temporaryFolder();
  const { error } = spawnSync('bash', ['--posix', '-c', script], {
    cwd,
    env: { ...process.env, PFLOW_1: value },
  });
  expect(error).toBeUndefined();
  return existsSync(join(cwd, 'mark'));
}

test.each(COMMANDS)('%s runs no code in a value', (text) => {
  const runs = CODE.filter((value) => {
    const { script, places } = fill(text, value);
    return places.length === 0 && runsCode(script, value);
  });
  expect(runs).toEqual([]);
});

test.each(COMMANDS)('%s takes numbers and other texts', (text) => {
  const refused = ['1', '-3', '007', '', ' 5 ', 'a[1]'].filter(
    (value) => fill(text, value).places.length > 0,
  );
  expect(refused).toEqual([]);
});

test.each(COMMANDS.slice(0, 10))('%s would run the code in bash', (text) => {
  const value = 'a[$(touch mark)]';
  const { script, places } = fill(text, value);
  expect(places).toEqual(['a value with code in a subscript, in a command with arithmetic']);
  expect(runsCode(script, value)).toBe(true);
});

test('a text with a subscript and code is handed over where nothing calculates', () => {
  expect(fill('printf %s ${x} | wc -c', 'see list[0] and `code` $(date)').places).toEqual([]);
});
