// Tests what goes to stdout and to stderr, and how inputs are read. An idle pipe must not be waited for.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../src/cli/commands.ts';
import { cleanEnvironment, PROGRAM, runCli } from '../support/cli.ts';
import {
  documentOf,
  ECHO,
  expectJsonError,
  expectTextError,
  workbench,
  type Workbench,
} from '../support/workbench.ts';

const TWO_OUTPUTS = {
  nodes: [{ id: 'show', type: 'echo', params: { message: '404', data: { list: [1, 'two'] } } }],
  outputs: { code: { source: '${show.echo}' }, data: { source: '${show.data}' } },
};

/** Returns the value of its input with its type. */
const TYPED = {
  inputs: { value: {} },
  nodes: [{ id: 'show', type: 'echo', params: { data: '${value}' } }],
  outputs: { value: { source: '${show.data}' } },
};

const LINES = {
  inputs: { text: { type: 'string', stdin: true }, more: { type: 'string', default: 'none' } },
  nodes: [{ id: 'show', type: 'echo', params: { message: '${text}|${more}' } }],
  outputs: { text: { source: '${show.echo}' } },
};

function benchWith(workflow: unknown): Workbench {
  const bench = workbench();
  bench.write('flow.json', workflow);
  return bench;
}

describe('text output', () => {
  test('stdout is only the value; stderr names the log and the trace', async () => {
    const bench = benchWith(ECHO);
    const run = await bench.run(['run', 'flow.json', '--log', 'run.ndjson', '--trace']);
    const folder = bench.path('.pflow/debug');
    expect(run.stdout).toBe('hello\n');
    expect(run.stderr).toMatch(
      new RegExp(
        `^log    run\\.ndjson\\ntrace  ${folder}/pflow-trace-workflow-\\d{8}-\\d{6}\\.json\\n$`,
        'u',
      ),
    );
  });

  test('without flags stderr is empty', async () => {
    expect(await benchWith(ECHO).run(['run', 'flow.json'])).toEqual({
      code: 0,
      signal: null,
      stdout: 'hello\n',
      stderr: '',
    });
  });

  test('several outputs are one JSON object', async () => {
    const run = await benchWith(TWO_OUTPUTS).run(['flow.json']);
    expect(run.stdout).toBe(`${JSON.stringify({ code: '404', data: { list: [1, 'two'] } }, undefined, 2)}\n`);
  });

  test('a failed node that was recovered is a warning on stderr', async () => {
    const bench = benchWith({
      nodes: [
        { id: 'try', type: 'shell', params: { command: 'exit 3' } },
        { id: 'else', type: 'echo', params: { message: 'fine' } },
      ],
      edges: [{ from: 'try', to: 'else', action: 'error' }],
      outputs: { text: { source: '${else.echo}' } },
    });
    const run = await bench.run(['flow.json']);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 0, stdout: 'fine\n' });
    expect(run.stderr).toBe('warning node "try" failed and its error edge was taken: exit code 3\n');
  });

  test('-p prints the raw value: text without a newline, JSON in one line, nothing on stderr', async () => {
    const text = await benchWith(ECHO).run(['-p', 'flow.json', '--trace', '--log', 'run.ndjson']);
    expect(text).toMatchObject({ code: 0, stdout: 'hello', stderr: '' });
    const json = await benchWith(TWO_OUTPUTS).run(['flow.json', '--print']);
    expect(json).toMatchObject({ code: 0, stdout: '{"code":"404","data":{"list":[1,"two"]}}', stderr: '' });
  });

  test.each([
    ['code', '404\n'],
    ['data', `${JSON.stringify({ list: [1, 'two'] }, undefined, 2)}\n`],
    ['show.data.list[1]', 'two\n'],
  ])('-o %s prints that value', async (key, stdout) => {
    expect(await benchWith(TWO_OUTPUTS).run(['flow.json', '-o', key])).toMatchObject({ code: 0, stdout });
  });

  test('-o with an unknown name lists the available names', async () => {
    const run = await benchWith(TWO_OUTPUTS).run(['flow.json', '-o', 'cod']);
    expect(expectTextError(run, 2, 'OUTPUT_MISSING')).toEqual([
      'error OUTPUT_MISSING: there is no output "cod"',
      '  available: code, data, echo, show',
      '  did you mean code?',
    ]);
  });

  test('-o with an unknown name runs nothing', async () => {
    const bench = benchWith({ nodes: [{ id: 'n', type: 'shell', params: { command: 'touch ran' } }] });
    expectTextError(await bench.run(['flow.json', '-o', 'stdot']), 2, 'OUTPUT_MISSING');
    expectTextError(await bench.run(['flow.json', '-o', 'n.stdot']), 2, 'OUTPUT_MISSING');
    expect(existsSync(bench.path('ran'))).toBe(false);
    expect(await bench.run(['flow.json', '-o', 'n.exit_code'])).toMatchObject({ code: 0, stdout: '0\n' });
  });

  test('a workflow without outputs prints the message of its echo', async () => {
    const bench = benchWith({ nodes: [{ id: 'n', type: 'echo', params: { message: 'hello' } }] });
    expect(await bench.run(['flow.json'])).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
  });

  test('control characters of an output reach a pipe unchanged', async () => {
    const message = 'a\u001b[31mred\u0007 \u202eright';
    const bench = benchWith({
      nodes: [{ id: 'show', type: 'echo', params: { message } }],
      outputs: { text: { source: '${show.echo}' } },
    });
    expect((await bench.run(['flow.json'])).stdout).toBe(`${message}\n`);
  });

  test('control characters in an error are shown by their code point', async () => {
    const run = await benchWith(ECHO).run(['no\u001b[31m.json']);
    expect(run.stderr).toContain('error FILE_NOT_FOUND: no\\u{1b}[31m.json is neither');
  });
});

describe('--output-format json', () => {
  test('prints exactly one document with all outputs and their types', async () => {
    const run = await benchWith(TWO_OUTPUTS).run(['flow.json', '--output-format', 'json']);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    const document = documentOf(run);
    expect(document.result).toEqual({ code: '404', data: { list: [1, 'two'] } });
    expect(document.status).toBe('success');
    expect(run.stdout).toBe(`${JSON.stringify(document, undefined, 2)}\n`);
  });

  test('with -o has that value as its result', async () => {
    const run = await benchWith(TWO_OUTPUTS).run(['flow.json', '--output-format=JSON', '-o', 'code']);
    expect(documentOf(run).result).toBe('404');
  });

  test('without declared outputs has the single value as its result', async () => {
    const bench = benchWith({ nodes: [{ id: 'show', type: 'shell', params: { command: 'echo 404' } }] });
    expect(documentOf(await bench.run(['flow.json', '--output-format', 'json'])).result).toBe('404');
  });

  test.each([
    ['an unknown flag', ['flow.json', '--output-format', 'json', '--trase'], 'USAGE'],
    ['a flag without its value', ['--output-format', 'json', 'flow.json', '--log'], 'USAGE'],
    [
      'a value that a flag does not take',
      ['flow.json', '--timeout', 'soon', '--output-format=json'],
      'USAGE',
    ],
    ['no workflow', ['run', '--output-format', 'json'], 'USAGE'],
    ['a word that is not input', ['flow.json', 'word', '--output-format', 'json'], 'USAGE'],
    ['an unknown input', ['flow.json', 'nmae=x', '--output-format', 'json'], 'INPUT_INVALID'],
  ])('prints one document for wrong usage too: %s', async (_what, args, code) => {
    expectJsonError(await benchWith(ECHO).run(args), 2, code);
  });

  test('can be read with jq', () => {
    const bench = benchWith(TWO_OUTPUTS);
    const script = `"${process.execPath}" "${PROGRAM}" flow.json --output-format json | jq -r '.result.code, .total_cost_usd, .status'`;
    const printed = execFileSync('/bin/sh', ['-c', script], {
      cwd: bench.folder,
      env: cleanEnvironment(bench.folder),
    });
    expect(printed.toString()).toBe('404\n0\nsuccess\n');
  });
});

describe('an input', () => {
  test.each([
    ['12', 12],
    ['-0.5', -0.5],
    ['true', true],
    ['[1, "a"]', [1, 'a']],
    ['{"a": {"b": null}}', { a: { b: null } }],
    ['null', 'null'],
    ['007', '007'],
    ['1.10', '1.10'],
    ['012345678901234567890', '012345678901234567890'],
    ['a=b=c', 'a=b=c'],
    ['', ''],
    ['{not json', '{not json'],
  ])('value=%s gets the type that its text looks like', async (text, value) => {
    const run = await benchWith(TYPED).run(['flow.json', `value=${text}`, '--output-format', 'json']);
    expect(documentOf(run).result).toEqual({ value });
  });

  test('with a declared type keeps that type, whatever its text looks like', async () => {
    const bench = benchWith({ ...TYPED, inputs: { value: { type: 'string' } } });
    const run = await bench.run(['flow.json', 'value=12', '--output-format', 'json']);
    expect(documentOf(run).result).toEqual({ value: '12' });
  });

  test.each([
    [['--output-format', 'json', '--no-color', 'run', 'flow.json', 'value=1']],
    [['--log', 'run', '--output-format=json', 'run', 'flow.json', 'value=1']],
    [['run', '--output-format', 'json', 'flow.json', 'value=1']],
    [['run', 'flow.json', '--output-format', 'json', 'value=1']],
    [['--output-format', 'json', 'flow.json', 'value=1']],
    [['flow.json', 'value=1', '--output-format', 'json']],
    [['run', '--output-format', 'json', '--', 'flow.json', 'value=1']],
  ])('is accepted with flags before and after the workflow: %j', async (args) => {
    const run = await benchWith(TYPED).run(args);
    expect({ code: run.code, result: documentOf(run).result }).toEqual({ code: 0, result: { value: 1 } });
  });

  test('that takes stdin gets the piped text without its last newline', async () => {
    const run = await benchWith(LINES).run(['flow.json'], { stdin: 'one\ntwo\n' });
    expect(run.stdout).toBe('one\ntwo|none\n');
  });

  test('given as key=value wins over a piped one', async () => {
    const run = await benchWith(LINES).run(['flow.json', 'text=mine'], { stdin: 'piped' });
    expect(run.stdout).toBe('mine|none\n');
  });

  test('that takes stdin is the empty text when the pipe is empty, and missing without a pipe', async () => {
    const run = await benchWith(LINES).run(['flow.json'], { stdin: '' });
    expect(run).toMatchObject({ code: 0, stdout: '|none\n' });
    expect(expectTextError(await benchWith(LINES).run(['flow.json']), 2, 'INPUT_MISSING')).toEqual([
      'error INPUT_MISSING: input "text" (string) is missing; give text=…, pipe it in or set the variable text',
    ]);
  });

  test.each([
    ['\uFEFFone\n', 'one'],
    ['one\n\n', 'one\n'],
    ['one\r\n', 'one'],
    ['one\r\ntwo\r\n\r\n', 'one\r\ntwo\r\n'],
  ])('that takes stdin gets %j without its mark and one newline', async (stdin, text) => {
    const run = await benchWith(LINES).run(['flow.json', '-p'], { stdin });
    expect(run.stdout).toBe(`${text}|none`);
  });

  test('that takes stdin refuses bytes that are not UTF-8', async () => {
    const run = await benchWith(LINES).run(['flow.json'], { stdin: Buffer.from([0x61, 0xff, 0x62]) });
    expect(expectTextError(run, 2, 'INPUT_INVALID')[0]).toContain('what is piped in is not text in UTF-8');
  });

  test('is given only once', async () => {
    const run = await benchWith(TYPED).run(['flow.json', 'value=1', 'value=1']);
    expect(expectTextError(run, 2, 'USAGE')[0]).toBe('error USAGE: the input value is given twice');
  });

  test('that could take what is piped in is named in a warning', async () => {
    const inputs = { text: { type: 'string', default: 'none' }, count: { type: 'integer', default: 1 } };
    const bench = benchWith({
      inputs,
      nodes: [{ id: 'n', type: 'echo', params: { message: '${text} ${count}' } }],
    });
    const warned = await bench.run(['flow.json'], { stdin: 'data' });
    expect(warned).toMatchObject({ code: 0, stdout: 'none 1\n' });
    expect(warned.stderr).toContain('no input takes stdin; "text" could, with "stdin": true');
    const json = await bench.run(['flow.json', '--output-format', 'json'], { stdin: 'data' });
    expect(documentOf(json).warnings).toEqual([expect.objectContaining({ code: 'STDIN_UNUSED' })]);
    expect((await bench.run(['flow.json'], { stdin: '' })).stderr).toBe('');
    expect((await bench.run(['flow.json', 'text=a', 'count=2'], { stdin: 'x' })).stderr).toBe('');
  });

  test('that is missing while something is piped in has a hint about stdin', async () => {
    const bench = benchWith({ ...LINES, inputs: { text: { type: 'string' }, more: { default: 'none' } } });
    const run = await bench.run(['flow.json'], { stdin: 'data' });
    expect(expectTextError(run, 2, 'INPUT_MISSING')[1]).toContain('"text" could, with "stdin": true');
  });

  test('is not waited for when the workflow has no inputs and the pipe stays open', async () => {
    const bench = benchWith(ECHO);
    const child = spawn(process.execPath, [PROGRAM, 'flow.json'], {
      cwd: bench.folder,
      env: cleanEnvironment(bench.folder),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    child.stdin.destroy();
    expect(code).toBe(0);
  });
});

/** Lists the commands in a help text, without help itself. */
function commandsIn(help: string): readonly string[] {
  const listed = help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)(?:\|\w+)? /gmu);
  return [...listed].map(([, name = '']) => name).filter((name) => name !== 'pflow' && name !== 'help');
}

describe('help and version', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    readonly version: string;
  };

  test.each([['--version'], ['-V']])('%s prints the version of the package', async (flag) => {
    expect(await runCli([flag])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('no arguments show the help', async () => {
    const [bare, help] = await Promise.all([runCli([]), runCli(['--help'])]);
    expect(bare).toEqual(help);
    expect(bare).toMatchObject({ code: 0, stderr: '' });
    expect(bare.stdout).toMatch(/^Usage: pflow /u);
  });

  test('the help of every command has an example that names it', async () => {
    const { stdout } = await runCli(['--help']);
    const names = commandsIn(stdout);
    expect(names).toEqual(COMMAND_NAMES);
    const inner = await Promise.all(
      ['workflow', 'registry', 'mcp', 'settings'].map(async (group) =>
        commandsIn((await runCli([group])).stdout).map((name) => [group, name]),
      ),
    );
    expect(inner.map((group) => group.length)).toEqual([4, 2, 4, 4]);
    for (const words of [...names.map((name) => [name]), ...inner.flat()]) {
      const help = await runCli([...words, '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`Examples?:\\n(?:.*\\n)*?.*pflow ${words.join(' ')}`, 'u'));
      if (words.length === 1) expect((await runCli(['help', ...words])).stdout).toBe(help.stdout);
    }
  });

  test.each([[{}], [{ NO_COLOR: '1' }]])('a pipe gets no colour: %j', async (env) => {
    const bench = benchWith(ECHO);
    for (const args of [['nothing.json'], ['flow.json', '--trace'], ['projections'], ['--help']]) {
      const run = await bench.run(args, { env });
      expect(run.stdout + run.stderr).not.toContain('\u001b');
    }
  });

  test('FORCE_COLOR colours tables in a pipe', async () => {
    const { stdout } = await runCli(['projections'], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b');
  });
});
