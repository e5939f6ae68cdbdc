// Invariant: no planned workflow writes, sends or runs anything before a person has seen and confirmed it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM } from '../../support/cli.ts';
import { FIXTURES } from '../../support/fixtures.ts';
import { GOOD_ANSWERS, plannerRules, type PlannerAnswers } from '../../support/planner-script.ts';
import {
  documentOf,
  expectJsonError,
  testProvider,
  expectTextError,
  eventTypesIn,
  workbench,
  type Workbench,
} from '../../support/workbench.ts';

/** A recorded planned run that counts lines with a command and writes a file: it needs no provider. */
const COUNT = [
  'count the lines of fixtures/inputs/meeting.txt and write the number to count.txt',
  'output_file=count.txt',
  '--answers',
  join(FIXTURES, 'logs/v1/planned-count.ndjson'),
];

function benchWithMeeting(): Workbench {
  const bench = workbench();
  bench.write('fixtures/inputs/meeting.txt', readFileSync(join(FIXTURES, 'inputs/meeting.txt'), 'utf8'));
  return bench;
}

const PLAN = [
  'plan  count-lines, 2 nodes, built from the sentence',
  '  input file = "fixtures/inputs/meeting.txt"  (from the sentence)',
  '  input output_file = "count.txt"  (given)',
  '  commands can read the variables of your environment but not the keys of model providers; ' +
    'no variable has a secret name',
  '  1. count  shell  ! runs a command',
  '     command: grep -c "" "$FILE"',
  '     env: {"FILE":"${file}"}',
  '  2. write  write-file  ! writes or deletes files',
  '     file_path: ${output_file}',
  '     content: ${count.stdout} lines',
  '            | ',
];

describe('a plan without a terminal', () => {
  test('is printed with exit 2 and does not run, without --yes', async () => {
    const bench = benchWithMeeting();
    const lines = expectTextError(await bench.run([...COUNT, '--log', 'run.ndjson']), 2, 'PLAN_UNCONFIRMED');
    expect(lines[0]).toBe('error PLAN_UNCONFIRMED: what was planned did not run: it was not confirmed');
    expect(lines.slice(1, 1 + PLAN.length)).toEqual(PLAN.map((line) => `  ${line}`));
    expect(existsSync(bench.path('count.txt'))).toBe(false);
    expect(eventTypesIn(bench.path('run.ndjson')).slice(-2)).toEqual(['planner.completed', 'run.completed']);
  });

  test('is in the error of the JSON document, beside its workflow', async () => {
    const bench = benchWithMeeting();
    const run = await bench.run([...COUNT, '--output-format', 'json']);
    expect(expectJsonError(run, 2, 'PLAN_UNCONFIRMED').details).toEqual(PLAN);
    expect(documentOf(run).workflow).toMatchObject({
      ir: { name: 'count-lines', nodes: [{ id: 'count' }, { id: 'write' }] },
    });
  });

  test('is saved when it is refused, and can be run by its path', async () => {
    const bench = benchWithMeeting();
    const lines = expectTextError(await bench.run(COUNT), 2, 'PLAN_UNCONFIRMED');
    const path = /pflow run (\S+)/u.exec(lines.at(-1) ?? '')?.[1] ?? '';
    const run = await bench.run(['run', path, 'file=fixtures/inputs/meeting.txt', 'output_file=count.txt']);
    expect(run.code).toBe(0);
    expect(readFileSync(bench.path('count.txt'), 'utf8')).toMatch(/^\d+ lines\n$/u);
  });

  test('is not saved under a name when it is not confirmed', async () => {
    const bench = benchWithMeeting();
    expectTextError(await bench.run([...COUNT, '--save', 'count']), 2, 'PLAN_UNCONFIRMED');
    expect(existsSync(bench.path('.pflow/workflows'))).toBe(false);
  });

  test('runs with --yes', async () => {
    const bench = benchWithMeeting();
    const run = await bench.run([...COUNT, '--yes']);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(bench.path('count.txt'), 'utf8')).toBe(`${run.stdout.trim()} lines\n`);
  });
});

describe('a plan on a terminal', () => {
  /** What the screen showed when `typed` was typed. */
  function answering(
    bench: Workbench,
    typed: string,
  ): { readonly shown: string; readonly code: number | null } {
    const words = COUNT.map((word) => `'${word}'`).join(' ');
    const command = `"${process.execPath}" "${PROGRAM}" ${words}`;
    const { stdout, status } = spawnSync(
      'script',
      ['--quiet', '--return', '--command', command, '/dev/null'],
      {
        cwd: bench.folder,
        env: { ...cleanEnvironment(bench.folder), TERM: 'xterm', NO_COLOR: '1' },
        input: typed,
        encoding: 'utf8',
      },
    );
    return { shown: stdout.replaceAll('\r\n', '\n'), code: status };
  }

  test('runs after a yes', () => {
    const bench = benchWithMeeting();
    const { shown, code } = answering(bench, 'y\n');
    expect(code).toBe(0);
    expect(shown).toContain(`${PLAN.join('\n')}\nRun this? [y/N] `);
    expect(shown).toContain('✓ write');
    expect(existsSync(bench.path('count.txt'))).toBe(true);
  });

  test.each(['n\n', '\n', 'yess\n', 'no, yes\n'])('does not run after %j', (typed) => {
    const bench = benchWithMeeting();
    const { shown, code } = answering(bench, typed);
    expect(code).toBe(2);
    expect(shown).toContain('error PLAN_UNCONFIRMED: what was planned did not run: the answer was no');
    expect(existsSync(bench.path('count.txt'))).toBe(false);
  });
});

describe('confirmation', () => {
  async function planning(workflow: object, more: PlannerAnswers = {}): Promise<Workbench> {
    const planner = { ...GOOD_ANSWERS, generator: workflow, mapping: { values: [] }, ...more };
    const provider = await testProvider({ rules: plannerRules(planner) });
    return workbench(provider.env);
  }

  test('is not needed for a workflow that only reads and calls a model', async () => {
    const bench = await planning({
      nodes: [{ id: 'read', type: 'read-file', params: { file_path: 'a.txt' } }],
    });
    bench.write('a.txt', 'hello');
    expect(await bench.run(['show me a.txt'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  test('is needed for a GET request that sends out what was read', async () => {
    const bench = await planning({
      nodes: [
        { id: 'read', type: 'read-file', params: { file_path: 'a.txt' } },
        { id: 'get', type: 'http', params: { url: 'http://127.0.0.1:9/?${read.content}' } },
      ],
    });
    const lines = expectTextError(await bench.run(['look a.txt up']), 2, 'PLAN_UNCONFIRMED');
    expect(lines.join('\n')).toContain('2. get  http  ! sends data out');
  });

  test('is needed for a value from the environment, which is not shown', async () => {
    const bench = await planning({
      inputs: { DEPLOY_KEY: { type: 'string' } },
      nodes: [{ id: 'say', type: 'echo', params: { message: '${DEPLOY_KEY}' } }],
    });
    const run = await bench.run(['say the deploy key'], { env: { DEPLOY_KEY: 'dk-1234567890' } });
    const lines = expectTextError(run, 2, 'PLAN_UNCONFIRMED');
    expect(lines.join('\n')).toContain('input DEPLOY_KEY = ');
    expect(lines.join('\n')).toContain('(from the environment)');
    expect(lines.join('\n')).not.toContain('dk-1234567890');
  });

  test('is needed for a GET request with a secret that was given by name, or with piped text', async () => {
    const url = 'http://127.0.0.1:9/';
    const bench = await planning({
      inputs: { api_token: { type: 'string' } },
      nodes: [{ id: 'get', type: 'http', params: { url, auth_token: '${api_token}' } }],
    });
    const secret = await bench.run(['look it up', 'api_token=tk-1234567890']);
    expect(expectTextError(secret, 2, 'PLAN_UNCONFIRMED').join('\n')).toContain(
      '1. get  http  ! sends data out',
    );
    expect(secret.stderr).not.toContain('tk-1234567890');
    const piped = await planning({
      inputs: { note: { type: 'string', stdin: true } },
      nodes: [{ id: 'get', type: 'http', params: { url, params: { q: '${note}' } } }],
    });
    const run = await piped.run(['look it up'], { stdin: 'private words' });
    expect(expectTextError(run, 2, 'PLAN_UNCONFIRMED').join('\n')).toContain(
      '1. get  http  ! sends data out',
    );
  });

  test('is needed for a GET request that names another method', async () => {
    const bench = await planning({
      nodes: [
        {
          id: 'get',
          type: 'http',
          params: { url: 'http://127.0.0.1:9/', headers: { 'X-HTTP-Method-Override': 'DELETE' } },
        },
      ],
    });
    const lines = expectTextError(await bench.run(['look it up']), 2, 'PLAN_UNCONFIRMED');
    expect(lines.join('\n')).toContain('1. get  http  ! sends data out');
  });

  test('is needed for a file that may hold secrets, also through a link', async () => {
    const bench = await planning({
      inputs: { file: { type: 'string' } },
      nodes: [{ id: 'read', type: 'read-file', params: { file_path: '${file}' } }],
    });
    bench.write('.env', 'KEY=1');
    bench.write('notes.txt', 'hello');
    symlinkSync(bench.path('.env'), bench.path('link.txt'));
    for (const file of [
      '/proc/self/environ',
      '~/.ssh/id_rsa',
      '.env',
      'link.txt',
      '~/.pflow/settings.json',
    ]) {
      const run = await bench.run(['show me that', `file=${file}`]);
      const lines = expectTextError(run, 2, 'PLAN_UNCONFIRMED').join('\n');
      expect(lines).toContain('1. read  read-file  ! reads a file that may hold secrets');
    }
    expect(await bench.run(['show me that', 'file=notes.txt'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  test('shows the variables with secret names that a command can read; keys of providers are not there', async () => {
    const bench = await planning({
      nodes: [
        {
          id: 'run',
          type: 'shell',
          params: { command: 'printenv ANTHROPIC_API_KEY || echo "no key, $DEPLOY_TOKEN"' },
        },
      ],
    });
    const env = { DEPLOY_TOKEN: 'visible' };
    const refused = await bench.run(['run it'], { env });
    expect(expectTextError(refused, 2, 'PLAN_UNCONFIRMED').join('\n')).toContain(
      'but not the keys of model providers; secret names: DEPLOY_TOKEN',
    );
    expect(await bench.run(['run it', '--yes'], { env })).toMatchObject({
      code: 0,
      stdout: 'no key, visible\n',
    });
  });

  test('a value that is a command stays a value', async () => {
    const mapping = { values: [{ name: 'file', value: 'a.txt"; touch owned; echo "' }] };
    const bench = await planning(RUNS_FILE, { mapping });
    const run = await bench.run(['how large is that?', '--yes']);
    expect(run.code).toBe(1);
    expect(existsSync(bench.path('owned'))).toBe(false);
  });

  const RUNS_FILE = {
    inputs: { file: { type: 'string' } },
    nodes: [{ id: 'run', type: 'shell', params: { command: 'wc -c < "$F"', env: { F: '${file}' } } }],
  };
  const FOUND = { discovery: { reasoning: '', found: true, workflow_name: 'size' } };

  test('is needed for a saved workflow whose input takes a value from the sentence', async () => {
    const mapping = { values: [{ name: 'file', value: 'a.txt' }] };
    const bench = await planning({}, { ...FOUND, mapping });
    bench.write('.pflow/workflows/size.json', RUNS_FILE);
    const lines = expectTextError(await bench.run(['how large is a.txt?']), 2, 'PLAN_UNCONFIRMED');
    expect(lines.join('\n')).toContain('plan  size, 1 node, saved, with values from the sentence');
    expect(lines.at(-1)).toMatch(/pflow run size file=…$/u);
  });

  test('is not needed for a saved workflow when every value was given by name', async () => {
    const bench = await planning({}, FOUND);
    bench.write('.pflow/workflows/size.json', RUNS_FILE);
    bench.write('a.txt', 'hello');
    expect(await bench.run(['how large is it?', 'file=a.txt'])).toMatchObject({ code: 0, stdout: '5\n' });
  });
});
