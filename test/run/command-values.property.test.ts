// Law: a value in a command is text, whatever is in it and wherever it is written. A real sh prints the value byte by
// byte, and a place where it could become code is refused before anything runs.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { documentOf, workbench } from '../support/workbench.ts';

/** Runs one command with the input `x`, which also comes from a node, as `made.echo`. */
async function run(
  command: string,
  x: unknown,
  { params = {}, inputs = {}, given = {} }: RunGiven = {},
): Promise<RunOutcome> {
  const nodes = [
    { id: 'made', type: 'echo', params: { message: '${x ?? ""}', data: { list: ['${x}'] } } },
    { id: 's', type: 'shell', params: { command, ...params } },
  ];
  const file = join(folder, 'flow.json');
  writeFileSync(file, JSON.stringify({ inputs: { x: {}, ...inputs }, nodes }));
  const env = { ...cleanEnvironment(folder), LC_ALL: 'C.UTF-8' };
  return runFile(file, { cwd: folder, env, inputs: { x, ...given } });
}

interface RunGiven {
  readonly params?: object;
  readonly inputs?: object;
  readonly given?: Readonly<Record<string, unknown>>;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-values-'));
});
afterAll(() => {
  const made = readdirSync(folder).filter((name) => name.includes('PWNED'));
  rmSync(folder, { recursive: true });
  // No value has become a command.
  expect(made).toEqual([]);
});

function outputOf({ shared: store, error }: RunOutcome): Record<string, unknown> {
  if (error !== undefined) throw error;
  return store['s'] as Record<string, unknown>;
}

const hostile = fc.constantFrom(
  ...['$(touch PWNED)', '`touch PWNED`', '; touch PWNED #', '"; touch PWNED; "', "'; touch PWNED; '", '\n'],
  ...[
    '\ntouch PWNED\n',
    '${x}',
    '$HOME',
    '\\',
    '"',
    "'",
    '*',
    '-n',
    '#',
    '  ',
    'EOF',
    '\nEOF\n',
    '~',
    'ä€😀',
  ],
);
const value = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 4 })
  .map((parts) => `${parts.join('').replaceAll('\0', '')}.`)
  .filter((text) => !/\p{Surrogate}/u.test(text));

describe('sh prints the value', () => {
  test.each([
    "printf '[%s]' ${x}",
    'printf "[%s]" "${x}"',
    "printf '[%s]' '${ x }'",
    "printf '[%s]' \"$(printf %s '${made.data.list[0]}')\"",
    'v=${made.echo ?? "none"}; printf "[%s]" "$v"',
    "cat <<EOF | tr -d '\\000'\n[${x}]\nEOF\n",
    'f() { printf "[%s]" "$1"; }; f ${made.echo}; # ${x} it\'s',
  ])('in %j', async (command) => {
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        // An input is JSON when it looks like it.
        const { stdout, command: shown } = outputOf(
          await run(command, text, { inputs: { x: { type: 'string' } } }),
        );
        expect(stdout).toBe(`[${text}]`);
        expect(String(shown)).toContain(text);
      }),
      { numRuns: 15 },
    );
  });
});

test.each([
  [null, ''],
  [true, 'true'],
  [-1.5, '-1.5'],
  [1e21, '1e+21'],
  [1458059302022549698n, '1458059302022549698'],
  [['a b', 1], '["a b",1]'],
  [{ a: { b: 'c d' } }, '{"a":{"b":"c d"}}'],
])('the value %o is one word, in the command and in env', async (x, text) => {
  const command = 'printf "<%s>" ${made.data.list[0]} "$V" "$W"';
  const env = { V: '${made.data.list[0]}', W: 'w${made.data.list[0]}' };
  const inputs = { x: { required: false, default: null } };
  expect(outputOf(await run(command, x, { params: { env }, inputs }))['stdout']).toBe(
    `<${text}><${text}><w${text}>`,
  );
});

test('the item of a batch and its index are values of a command', async () => {
  const file = join(folder, 'batch.json');
  const batch = { items: ["a'b", '$(touch PWNED)'] };
  const params = { command: "printf '%s ' ${__index__} '${item}' ${HOME:+home}" };
  writeFileSync(file, JSON.stringify({ nodes: [{ id: 's', type: 'shell', batch, params }] }));
  const { shared } = await runFile(file, { cwd: folder, env: cleanEnvironment(folder) });
  const { results } = shared['s'] as { results: readonly { stdout: string }[] };
  expect(results.map(({ stdout }) => stdout)).toEqual(["0 a'b home ", '1 $(touch PWNED) home ']);
});

test.each([
  `node -e 'process.stdout.write(process.env.M)'`,
  `perl -e 'print $ENV{M}'`,
  `awk 'BEGIN { printf "%s", ENVIRON["M"] }'`,
  `jq -nj '$ENV.M'`,
  `printf '%s' "$M"`,
])('the line that the message suggests gives the value to the code: %j', async (command) => {
  const text = 'a\'b"c\\d $(touch PWNED) `touch PWNED`\n";system("touch PWNED")';
  const { stdout } = outputOf(await run(command, text, { params: { env: { M: '${x}' } } }));
  expect(stdout).toBe(text);
});

test('what names no value belongs to the shell', async () => {
  const env = { NAME: 'from env', x: 'own' };
  const command =
    'set -- one; f=file.txt; echo ${NAME} ${OTHER:-default} ${#NAME} ${f%.txt} ${1} ${x:-none} $${NAME} ${x}';
  expect(outputOf(await run(command, 'given', { params: { env } }))['stdout']).toBe(
    'from env default 8 file one own from env given',
  );
});

test('`| raw` pastes the value as code, and the other values stay text', async () => {
  const { stdout, command } = outputOf(
    await run('${x | raw}; printf "[%s]" \'${made.echo}\'', "echo 'a  b' | cat"),
  );
  expect(stdout).toBe("a  b\n[echo 'a  b' | cat]");
  expect(command).toBe("echo 'a  b' | cat; printf \"[%s]\" 'echo 'a  b' | cat'");
});

test('a pasted value that would make another value code stops the run before the command', async () => {
  const { error } = await run('${x | raw} ${made.echo}', 'touch PWNED; eval');
  expect(error).toMatchObject({
    code: 'WORKFLOW_INVALID',
    message:
      'the command was not run: ${made.echo} is in the arguments of eval, where its value could become code',
    hint: 'write "env": {"MADE_ECHO": "${made.echo}"} and "$MADE_ECHO" in the command',
    node_id: 's',
  });
});

test('the variables get names that the command does not use', async () => {
  const command = 'echo $PFLOW_1 ${x} $PFLOW_3 ${made.echo}';
  const env = { PFLOW_1: 'own', PFLOW_3: 'own too' };
  expect(outputOf(await run(command, 'v', { params: { env } }))['stdout']).toBe('own v own too v');
});

test('the recorded command has its values, and a secret only under its name', async () => {
  const command = 'echo ${x} "${token}" $${HOME}';
  const inputs = { token: { secret: true } };
  const output = outputOf(await run(command, 'a b', { inputs, given: { token: 'hunter2' } }));
  expect(output).toMatchObject({ command: 'echo a b "<redacted:token>" ${HOME}', exit_code: 0 });
  expect(output['stdout']).toContain('hunter2');
});

test.each([
  [
    'NUL character',
    'a\0b',
    /^node "s": the command did not start: the value of \$\{x\} has a NUL character/u,
  ],
  [
    'more than 128 KiB',
    'x'.repeat(131_072),
    /the value of \$\{x\} has 131081 bytes; a process takes at most 128 KiB$/u,
  ],
])('a value with a %s is refused with stdin as the way out', async (_name, x, message) => {
  const { error } = await run('printf %s ${x} | wc -c', x);
  expect(error?.message).toMatch(message);
  expect(error?.hint).toBe('Hand it over in "stdin", which has no limit.');
});

test('a failed command shows what it wrote, with a log and without, as text and as JSON', async () => {
  const bench = workbench();
  const nodes = [
    { id: 's', type: 'shell', params: { command: 'echo out; echo one >&2; echo two >&2; exit 3' } },
  ];
  bench.write('flow.json', { nodes });
  const [plain, logged, json] = await Promise.all([
    bench.run(['run', 'flow.json']),
    bench.run(['run', 'flow.json', '--log', 'run.ndjson']),
    bench.run(['run', 'flow.json', '--output-format', 'json']),
  ]);
  const details = ['stderr:', '  one', '  two', 'stdout: out'];
  expect(plain.stderr).toContain(`${details.map((line) => `  ${line}`).join('\n')}\n`);
  expect(logged.stderr).toBe(`${plain.stderr}log    run.ndjson\nresume pflow resume run.ndjson\n`);
  expect(documentOf(json).error).toMatchObject({ message: 'node "s": exit code 3: two', details });
});
