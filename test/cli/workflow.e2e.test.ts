// The commands about saved workflows, for people and for programs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { deleteSchema, listSchema, saveSchema, showSchema } from '../../src/cli/workflow/saved-document.ts';
import { cleanEnvironment, PROGRAM, type CliRun } from '../support/cli.ts';
import { ECHO, expectJsonError, expectTextError, workbench, type Workbench } from '../support/workbench.ts';

const GREET = {
  name: 'greet',
  description: 'Greets a person',
  inputs: {
    who: { type: 'string', description: 'whom' },
    tone: { type: 'string', default: 'warm' },
    code: { type: 'string', default: 'hush', secret: true },
  },
  nodes: [{ id: 'greeting', type: 'echo', params: { message: '${tone} hello, ${who} ${code}' } }],
  outputs: { text: { source: '${greeting.echo}' } },
};

/** Parses the JSON document on stdout with its schema. */
function documentOf<S extends z.ZodType>(run: CliRun, schema: S): z.output<S> {
  return schema.parse(JSON.parse(run.stdout));
}

async function withGreet(): Promise<Workbench> {
  const bench = workbench();
  bench.write('greet.json', GREET);
  expect(await bench.run(['workflow', 'save', 'greet.json'])).toMatchObject({ code: 0 });
  return bench;
}

/** Runs a command on a terminal, and returns what its screen shows. `typed` is the input of the user. */
function onTerminal(
  bench: Workbench,
  args: string,
  typed = '',
): { readonly shown: string; readonly code: number | null } {
  const command = `"${process.execPath}" "${PROGRAM}" ${args}`;
  const { stdout, status } = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: bench.folder,
    env: { ...cleanEnvironment(bench.folder), TERM: 'xterm', NO_COLOR: '1' },
    encoding: 'utf8',
    input: typed,
  });
  return { shown: stdout.replaceAll('\r\n', '\n'), code: status };
}

describe('workflow save', () => {
  test('checks the workflow and prints the path of the saved file', async () => {
    const bench = workbench();
    bench.write('greet.json', GREET);
    expect(await bench.run(['workflow', 'save', 'greet.json'])).toMatchObject({
      code: 0,
      stdout: 'saved  greet, 1 node\n',
      stderr: `file   ${bench.path('.pflow/workflows/greet.json')}\n`,
    });
    expect(JSON.parse(readFileSync(bench.path('.pflow/workflows/greet.json'), 'utf8'))).toEqual(GREET);
  });

  test('saves a workflow again under another name and description', async () => {
    const bench = await withGreet();
    const run = await bench.run([
      'workflow',
      'save',
      'greet',
      '--name',
      'hi.v2',
      '--description',
      'Says hi',
      '--json',
    ]);
    expect(documentOf(run, saveSchema)).toEqual({
      name: 'hi.v2',
      path: bench.path('.pflow/workflows/hi.v2.json'),
      replaced: false,
    });
    const shown = JSON.parse((await bench.run(['workflow', 'show', 'hi.v2'])).stdout) as unknown;
    expect(shown).toEqual({ ...GREET, description: 'Says hi' });
  });

  test('saves a workflow from stdin', async () => {
    const bench = workbench();
    const args = ['workflow', 'save', '-', '--name', 'piped'];
    expect(await bench.run(args, { stdin: JSON.stringify(ECHO) })).toMatchObject({ code: 0 });
    expect(await bench.run(['piped'])).toMatchObject({ stdout: 'hello\n' });
    expectTextError(await bench.run(['workflow', 'save', '-'], { stdin: JSON.stringify(ECHO) }), 2, 'USAGE');
    expectTextError(await bench.run(args), 2, 'USAGE');
  });

  test('refuses an invalid workflow with every problem, and saves nothing', async () => {
    const bench = workbench();
    bench.write('bad.json', {
      nodes: [
        { id: 'a', type: 'ehco' },
        { id: 'a', type: 'echo', params: { mesage: '${b.c}' } },
      ],
    });
    const found = await bench.run(['validate', 'bad.json']);
    const refused = await bench.run(['workflow', 'save', 'bad.json']);
    expect(expectTextError(refused, 2, 'WORKFLOW_INVALID')).toEqual(found.stderr.trimEnd().split('\n'));
    expect(refused.stderr.split('\n')).toHaveLength(6);
    expect(existsSync(bench.path('.pflow'))).toBe(false);
  });

  test.each([
    ['../up', '"../up" cannot be the name of a saved workflow', 'For example: up'],
    ['Two Words', '"Two Words" cannot be the name of a saved workflow', 'For example: two-words'],
    ['con', '"con" cannot be the name of a saved workflow', 'For example: release-notes'],
  ])('refuses the name %s', async (name, message, hint) => {
    const bench = workbench();
    bench.write('greet.json', GREET);
    const lines = expectTextError(
      await bench.run(['workflow', 'save', 'greet.json', '--name', name]),
      2,
      'USAGE',
    );
    expect(lines[0]).toContain(message);
    expect(lines[1]).toBe(`  ${hint}`);
  });

  test('overwrites no workflow without --replace', async () => {
    const bench = await withGreet();
    const error = expectJsonError(
      await bench.run(['workflow', 'save', 'greet.json', '--json']),
      2,
      'WORKFLOW_EXISTS',
    );
    expect(error.hint).toBe(
      'Save it under another name with --name, or replace the saved workflow with --replace.',
    );
    const run = await bench.run(['workflow', 'save', 'greet.json', '--replace', '--json']);
    expect(documentOf(run, saveSchema).replaced).toBe(true);
  });
});

describe('workflow list', () => {
  test('prints names, inputs and runs, and broken files on stderr', async () => {
    const bench = await withGreet();
    bench.write('.pflow/workflows/half.json', '{"nodes": [');
    await bench.run(['greet', 'who=Ann']);
    const run = await bench.run(['workflow', 'list']);
    expect(run.stdout).toBe(
      [
        'name   inputs             runs  last run          changed   description\n',
        'greet  who [tone] [code]     1  success just now  just now  Greets a person\n',
      ].join(''),
    );
    expect(run.stderr).toMatch(/^broken half: .*half\.json is not JSON/u);
    expect(run.code).toBe(0);
  });

  test('finds the workflows that contain all words in any of their texts', async () => {
    const bench = await withGreet();
    bench.write('other.json', ECHO);
    await bench.run(['workflow', 'save', 'other.json']);
    const names = async (...words: readonly string[]): Promise<readonly string[]> =>
      documentOf(await bench.run(['workflow', 'list', ...words, '--json']), listSchema).workflows.map(
        ({ name }) => name,
      );
    expect(await names()).toEqual(['greet', 'other']);
    expect(await names('PERSON', 'gre')).toEqual(['greet']);
    expect(await names('person echo')).toEqual(['greet']);
    expect(await names('person', 'llm')).toEqual([]);
    expect((await bench.run(['workflow', 'list', 'zebra'])).stdout).toBe(
      'none of 2 saved workflows contains "zebra"\n',
    );
  });

  test('prints a hint when nothing is saved', async () => {
    const bench = workbench();
    expect(await bench.run(['workflow', 'list'])).toMatchObject({
      code: 0,
      stdout: 'nothing is saved yet: pflow workflow save FILE\n',
    });
    expect(documentOf(await bench.run(['workflow', 'list', '--json']), listSchema)).toEqual({
      workflows: [],
      broken: [],
    });
  });
});

describe('workflow show', () => {
  test('prints the file unchanged, so that it can be piped', async () => {
    const bench = workbench();
    const text = `{"nodes": [{"id": "a",   "type": "echo"}]}`;
    bench.write('.pflow/workflows/by-hand.json', text);
    expect(await bench.run(['workflow', 'show', 'by-hand'])).toMatchObject({
      stdout: `${text}\n`,
      stderr: '',
      code: 0,
    });
  });

  test('with --json prints inputs, runs and the workflow, but no secret default', async () => {
    const bench = await withGreet();
    await bench.run(['greet', 'who=Ann', '--output-format', 'json']);
    const { inputs, last_run, runs, workflow } = documentOf(
      await bench.run(['workflow', 'show', 'greet', '--json']),
      showSchema,
    );
    expect(inputs).toEqual([
      { name: 'who', type: 'string', required: true, description: 'whom' },
      { name: 'tone', type: 'string', required: false, default: 'warm', description: null },
      { name: 'code', type: 'string', required: false, description: null },
    ]);
    expect([runs, last_run?.status, workflow]).toEqual([1, 'success', GREET]);
  });

  test('on a terminal prints a summary above the workflow', async () => {
    const bench = await withGreet();
    await bench.run(['greet', 'who=Ann']);
    expect(onTerminal(bench, 'workflow show greet').shown).toBe(
      [
        'greet  Greets a person',
        `file    ${bench.path('.pflow/workflows/greet.json')}`,
        'inputs  who [tone] [code]',
        'runs    1 run, last just now: success',
        '',
        `${JSON.stringify(GREET, undefined, 2)}\n`,
      ].join('\n'),
    );
  });

  test.each(['show', 'delete'])('%s: an unknown name gets the nearest as a suggestion', async (command) => {
    const bench = await withGreet();
    const lines = expectTextError(await bench.run(['workflow', command, 'gret']), 2, 'FILE_NOT_FOUND');
    expect(lines).toEqual([
      'error FILE_NOT_FOUND: there is no saved workflow "gret"',
      '  Did you mean greet? See pflow workflow list.',
    ]);
  });
});

describe('workflow delete', () => {
  test('needs --yes without a terminal', async () => {
    const bench = await withGreet();
    expect(expectTextError(await bench.run(['workflow', 'delete', 'greet']), 2, 'USAGE')[1]).toBe(
      '  pflow workflow delete greet --yes',
    );
    const run = await bench.run(['workflow', 'delete', 'greet', '--yes', '--json']);
    expect(documentOf(run, deleteSchema)).toEqual({ name: 'greet', deleted: true });
    expectTextError(await bench.run(['greet', 'who=x']), 2, 'FILE_NOT_FOUND');
  });

  test.each([
    ['y\n', 0, 'deleted  greet'],
    ['no\n', 1, 'kept  greet'],
    ['\n', 1, 'kept  greet'],
    ['\u0004', 1, 'kept  greet'],
  ])('prompts on a terminal, with the answer %j', async (typed, code, printed) => {
    const bench = await withGreet();
    const run = onTerminal(bench, 'workflow delete greet', typed);
    expect(run.shown).toContain('Delete greet and the history of its runs? [y/N]');
    expect(run.shown.trimEnd().endsWith(printed)).toBe(true);
    expect([run.code, existsSync(bench.path('.pflow/workflows/greet.json'))]).toEqual([code, code === 1]);
  });

  test('deletes a broken workflow too', async () => {
    const bench = workbench();
    bench.write('.pflow/workflows/half.json', '{');
    expect(await bench.run(['workflow', 'delete', 'half', '--yes'])).toMatchObject({
      code: 0,
      stdout: 'deleted  half\n',
    });
    expect(existsSync(bench.path('.pflow/workflows/half.json'))).toBe(false);
  });
});

describe('a run of a saved workflow', () => {
  test('is counted, also when it failed, with its execution id if it had a log', async () => {
    const bench = workbench();
    bench.write('.pflow/workflows/fails.json', {
      nodes: [{ id: 'no', type: 'shell', params: { command: 'exit 3' } }],
    });
    await bench.run(['fails']);
    const run = await bench.run(['run', 'fails', '--output-format', 'json']);
    const { execution_id } = JSON.parse(run.stdout) as { execution_id: string };
    const { runs, last_run } = documentOf(
      await bench.run(['workflow', 'show', 'fails', '--json']),
      showSchema,
    );
    expect([runs, last_run?.status, last_run?.execution_id]).toEqual([2, 'failed', execution_id]);
  });

  test('that did not start is not counted', async () => {
    const bench = await withGreet();
    expectTextError(await bench.run(['greet']), 2, 'INPUT_MISSING');
    expect(documentOf(await bench.run(['workflow', 'show', 'greet', '--json']), showSchema).runs).toBe(0);
  });

  test('does not fail when it cannot be counted, and reports that with --verbose only', async () => {
    const bench = await withGreet();
    rmSync(bench.path('.pflow/workflows/greet.history.ndjson'));
    mkdirSync(bench.path('.pflow/workflows/greet.history.ndjson'));
    const quiet = await bench.run(['greet', 'who=Ann']);
    expect(quiet).toMatchObject({ code: 0, stdout: 'warm hello, Ann hush\n', stderr: '' });
    const verbose = await bench.run(['greet', 'who=Ann', '--verbose']);
    expect(verbose).toMatchObject({ code: 0, stdout: 'warm hello, Ann hush\n' });
    expect(verbose.stderr).toMatch(/^note {3}this run of greet was not counted: EISDIR/u);
  });

  test('is chosen over a folder of the same name, but not over a file', async () => {
    const bench = await withGreet();
    mkdirSync(bench.path('greet'));
    expect(await bench.run(['greet', 'who=Ann'])).toMatchObject({ stdout: 'warm hello, Ann hush\n' });
    rmSync(bench.path('greet'), { recursive: true });
    bench.write('greet', ECHO);
    expect(await bench.run(['greet'])).toMatchObject({ stdout: 'hello\n' });
  });

  test('with an unknown name gets the nearest saved name as a suggestion', async () => {
    const lines = expectTextError(await (await withGreet()).run(['run', 'gret']), 2, 'FILE_NOT_FOUND');
    expect(lines[1]).toBe('  Did you mean the saved workflow greet?');
  });
});

test('`workflow` alone prints its help, and an unknown command gets the nearest as a suggestion', async () => {
  const bench = workbench();
  expect((await bench.run(['workflow'])).stdout).toMatch(/^Usage: pflow workflow /u);
  expect(expectTextError(await bench.run(['workflow', 'lst']), 2, 'USAGE')[1]).toBe('  Did you mean list?');
  expect(await bench.run(['--json', 'workflow', '--verbose', 'list'])).toMatchObject({ code: 0 });
});

test('a folder of workflows that cannot be read is an error and not an empty list', async () => {
  const bench = await withGreet();
  rmSync(bench.path('.pflow/workflows'), { recursive: true });
  bench.write('.pflow/workflows', 'a file');
  expectTextError(await bench.run(['workflow', 'list']), 2, 'FILE_UNREADABLE');
});
