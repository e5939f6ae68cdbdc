// Tests the errors for typical mistakes on the command line.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM } from '../support/cli.ts';
import { ECHO, expectTextError, workbench } from '../support/workbench.ts';

test.each([
  ['a command with a typo', ['rnu', 'flow.json'], 'FILE_NOT_FOUND', 'Did you mean pflow run?'],
  [
    'a command with a typo and its flags',
    ['repaly', 'x', '--project', 'cost'],
    'USAGE',
    'Did you mean pflow replay?',
  ],
  ['a file without its extension', ['run', 'sub/flow'], 'FILE_NOT_FOUND', 'Did you mean sub/flow.json?'],
  [
    'a file in another folder with a typo',
    ['sub/flwo.json'],
    'FILE_NOT_FOUND',
    'Did you mean sub/flow.json?',
  ],
  ['help for an unknown command', ['help', 'flow.json'], 'USAGE', 'pflow --help lists the commands.'],
  ['a flag with a typo', ['flow.json', '--ouput-format', 'json'], 'USAGE', 'See pflow run --help.'],
  [
    'an input with dashes',
    ['run', 'flow.json', '--name', 'Ada'],
    'USAGE',
    'An input is given without dashes: name=VALUE. See pflow run --help.',
  ],
  ['a word of another tool', ['logs', 'last'], 'FILE_NOT_FOUND', 'It is pflow runs.'],
  ['a verb before a run', ['explain', 'last-failed'], 'FILE_NOT_FOUND', 'It is pflow show RUN.'],
  [
    'a sentence without quotes',
    ['explain', 'this'],
    'FILE_NOT_FOUND',
    'A sentence needs quotes: pflow "summarise notes.txt in three sentences".',
  ],
  ['a value that an argument does not take', ['schema', 'worflow'], 'USAGE', 'Did you mean workflow?'],
  [
    'a value that an option does not take',
    ['export', '--to', 'speedscop'],
    'USAGE',
    'Did you mean speedscope?',
  ],
])('%s gets a hint', async (_what, args, code, hint) => {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  bench.write('sub/flow.json', ECHO);
  expect(expectTextError(await bench.run(args), 2, code).at(-1)).toBe(`  ${hint}`);
});

test('a flag with a typo is reported with the nearest flag', async () => {
  const lines = expectTextError(await workbench().run(['flow.json', '--outpt-key', 'x']), 2, 'USAGE');
  expect(lines.slice(0, 2)).toEqual([
    "error USAGE: unknown option '--outpt-key'",
    '  Did you mean --output-key?',
  ]);
});

test.each([
  [
    ['diff', 'last'],
    ["missing required argument 'b'", 'usage: pflow diff [options] <a> <b>', 'See pflow diff --help.'],
  ],
  [
    ['diff', 'a', 'b', 'c'],
    [
      "too many arguments for 'diff'. Expected 2 arguments but got 3.",
      'usage: pflow diff [options] <a> <b>',
      'See pflow diff --help.',
    ],
  ],
  [
    ['workflow', 'show'],
    [
      "missing required argument 'name'",
      'usage: pflow workflow show [options] <name>',
      'See pflow workflow show --help.',
    ],
  ],
  [
    ['export'],
    [
      "required option '--to <name>' not specified",
      'available: otlp, chrome, speedscope, openmetrics, csv, parquet, perfetto, prometheus',
      'See pflow export --help.',
    ],
  ],
  [
    ['help', 'nope'],
    ['there is no command "nope"', 'pflow --help lists the commands.'],
  ],
])('%j names what is missing', async (args, [message = '', ...lines]) => {
  const printed = expectTextError(await workbench().run(args), 2, 'USAGE');
  expect(printed).toEqual([`error USAGE: ${message}`, ...lines.map((line) => `  ${line}`)]);
});

test.each([
  [['flow.json', '--help'], 'Usage: pflow run [options] <workflow> [key=value...]\n'],
  [['-h', 'a sentence'], 'Usage: pflow run [options] <workflow> [key=value...]\n'],
  [['why', '--help'], 'Usage: pflow show|why [options] [run] [log...]\n'],
  [['--verbose', '--help'], 'Usage: pflow [options] [command]\n'],
])('%j prints the help of its command', async (args, usage) => {
  const { code, stdout, stderr } = await workbench().run(args);
  expect([code, stdout.slice(0, usage.length), stderr]).toEqual([0, usage, '']);
});

test('a file that is not UTF-8 is refused', async () => {
  const bench = workbench();
  writeFileSync(bench.path('latin.json'), Buffer.from('{"name": "caf\u00e9"}', 'latin1'));
  expect(expectTextError(await bench.run(['latin.json']), 2, 'FILE_UNREADABLE')[0]).toBe(
    'error FILE_UNREADABLE: latin.json is not text in UTF-8',
  );
});

const inUtf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

test.each([
  ['UTF-16', inUtf16('\uFEFF{}')],
  ['UTF-16', inUtf16('\uFEFF{}').swap16()],
  ['UTF-16LE', inUtf16('{}')],
  ['UTF-16BE', inUtf16('{}').swap16()],
])(
  'a workflow, prices, settings and Markdown in %s get the command that converts them',
  async (name, bytes) => {
    const bench = workbench();
    bench.write('flow.json', ECHO);
    writeFileSync(bench.path('wide.json'), bytes);
    for (const args of [['wide.json'], ['flow.json', '--pricing', 'wide.json'], ['import', 'wide.json']]) {
      expect(expectTextError(await bench.run(args), 2, 'FILE_UNREADABLE')).toEqual([
        'error FILE_UNREADABLE: wide.json is text in UTF-16',
        `  Convert it to UTF-8: iconv -f ${name} -t UTF-8 wide.json > COPY.`,
      ]);
    }
  },
);

test('stdin in UTF-16 gets the command that converts it', async () => {
  const run = await workbench().run(['run', '-'], { stdin: inUtf16('\uFEFF{}') });
  const hint = '  It is in UTF-16: pipe it through iconv -f UTF-16 -t UTF-8.';
  expect(expectTextError(run, 2, 'INPUT_INVALID')[1]).toBe(hint);
});

test.each([
  ['an argument', String.raw`exec "$0" "$1" flow.json "m=$(printf 'caf\351')"`],
  ['a variable', String.raw`m=$(printf 'caf\351'); export m; exec "$0" "$1" flow.json`],
])('bytes of %s that are not UTF-8 are refused', (_place, script) => {
  const bench = workbench();
  const workflow = { inputs: { m: {} }, nodes: [{ id: 'a', type: 'echo', params: { message: '${m}' } }] };
  bench.write('flow.json', workflow);
  const run = spawnSync('/bin/sh', ['-c', script, process.execPath, PROGRAM], {
    cwd: bench.folder,
    env: cleanEnvironment(bench.folder),
    encoding: 'utf8',
  });
  expect([run.status, run.stdout, run.stderr.split('\n')[0]]).toEqual([
    2,
    '',
    'error INPUT_INVALID: input "m" is not text in UTF-8',
  ]);
});

test('the replacement character itself is text', async () => {
  const bench = workbench();
  const workflow = { inputs: { m: {} }, nodes: [{ id: 'a', type: 'echo', params: { message: '${m}' } }] };
  bench.write('flow.json', workflow);
  expect((await bench.run(['flow.json', 'm=caf\uFFFD'])).stdout).toBe('caf\uFFFD\n');
});

test('a byte order mark is ignored', async () => {
  const bench = workbench();
  bench.write('bom.json', `\uFEFF${JSON.stringify(ECHO)}`);
  expect(await bench.run(['bom.json'])).toMatchObject({ code: 0, stdout: 'hello\n' });
});

test.each(['0', '-1', 'soon', '', 'NaN', 'Infinity', '0x5', '5s', '1_0', '.'])(
  '--timeout %j is refused',
  async (value) => {
    const bench = workbench();
    bench.write('flow.json', ECHO);
    expectTextError(await bench.run(['flow.json', `--timeout=${value}`]), 2, 'USAGE');
  },
);

test('a --timeout of years never expires', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    ...ECHO,
    nodes: [...ECHO.nodes, { id: 'wait', type: 'shell', params: { command: 'sleep 0.1' } }],
  });
  expect(await bench.run(['flow.json', '--timeout', '99999999'])).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  ['{', 'is not JSON: it ends before its "}" (line 1, column 2)'],
  ['{"defualt_model": "x"}', 'unknown key "defualt_model"'],
  ['{"providers": {"own": {"base_url": "nowhere"}}}', 'providers.own.base_url: Invalid URL'],
])('invalid settings are refused before anything runs: %s', async (settings, reason) => {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  bench.write('.pflow/settings.json', settings);
  const run = await bench.run(['flow.json']);
  expectTextError(run, 2, 'USAGE');
  expect(run.stderr).toContain(reason);
});

test('a saved workflow is found by its name', async () => {
  const bench = workbench();
  bench.write('.pflow/workflows/greet.json', ECHO);
  expect(await bench.run(['greet'])).toMatchObject({ code: 0, stdout: 'hello\n' });
});

test('a deleted current folder is reported', () => {
  const bench = workbench();
  const flow = bench.write('flow.json', ECHO);
  mkdirSync(bench.path('gone'));
  const script = `cd gone && rmdir ../gone && "${process.execPath}" "${PROGRAM}" "${flow}"`;
  const run = spawnSync('/bin/sh', ['-c', script], {
    cwd: bench.folder,
    env: cleanEnvironment(bench.folder),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe(
    'error FILE_NOT_FOUND: the current folder does not exist any more\n  Change to another folder, and run again.\n',
  );
  expect(run.status).toBe(2);
});
