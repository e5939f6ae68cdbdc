// Invariant: a command loads only what it needs. A run without a log needs no log writer, no prices and no AI SDK.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM, ROOT } from '../support/cli.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import { ECHO, testProvider, workbench, type Workbench } from '../support/workbench.ts';

const RECORDER = join(FIXTURES, 'programs/record-loading.mjs');
/** The program before bundling, where the path of a module shows its folder. */
const MODULES = join(ROOT, 'dist/src/cli/main.js');

const AI_SDK = /node_modules\/(ai|@ai-sdk\/[\w-]+)\//u;
const CATALOGUE = /catalogue\.json$/u;

/** Returns the URLs of the loaded modules and the paths of the files read. */
function loadedModules(
  bench: Workbench,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const run = spawnSync(process.execPath, ['--import', RECORDER, program, ...args], {
    cwd: bench.folder,
    env: { ...cleanEnvironment(bench.folder), ...env, LOADED: bench.path('loaded') },
  });
  expect(run.status).toBe(0);
  return readFileSync(bench.path('loaded'), 'utf8').trimEnd().split('\n');
}

/** Selects the modules of pflow, such as `src/cli/main.js`. */
function ownModules(loaded: readonly string[]): readonly string[] {
  const start = `file://${join(ROOT, 'dist')}/`;
  return loaded.flatMap((one) => (one.startsWith(start) ? [one.slice(start.length)] : []));
}

function echoBench(): Workbench {
  const bench = workbench();
  bench.write('echo.json', ECHO);
  return bench;
}

test('--version loads the version and nothing else', () => {
  expect(ownModules(loadedModules(workbench(), MODULES, ['--version']))).toEqual([
    'src/cli/main.js',
    'src/version.js',
  ]);
});

describe('a run of an echo workflow without a flag', () => {
  const folders = (loaded: readonly string[]): readonly string[] =>
    ownModules(loaded).filter((one) => /^(projections|src\/(log|events|models|planner))\//u.test(one));

  test('loads no event, log, projection or model module except the clock of the log and the hint for a model', () => {
    expect(folders(loadedModules(echoBench(), MODULES, ['run', 'echo.json']))).toEqual([
      'src/log/write/log-host.js',
      'src/models/suggest-model.js',
    ]);
  });

  test('loads no instrumented wrapper', () => {
    const wrappers = ownModules(loadedModules(echoBench(), MODULES, ['run', 'echo.json'])).filter((one) =>
      one.startsWith('src/wrappers/'),
    );
    expect([...wrappers].sort()).toEqual([
      'src/wrappers/approval.js',
      'src/wrappers/batch-layer.js',
      'src/wrappers/json-as-text.js',
      'src/wrappers/loop-layer.js',
      'src/wrappers/namespaced.js',
      'src/wrappers/option-like.js',
      'src/wrappers/store-view.js',
      'src/wrappers/template-aware.js',
    ]);
  });

  test('loads no reader of shell commands', () => {
    const loaded = ownModules(loadedModules(echoBench(), MODULES, ['run', 'echo.json']));
    expect(loaded.filter((one) => one.startsWith('src/values/sh/'))).toEqual([]);
  });

  test('with a log it loads the log and the metrics, which shows that the recorder works, and no view of runs', () => {
    const every = loadedModules(echoBench(), MODULES, ['run', 'echo.json', '--log', 'run.ndjson']);
    const loaded = folders(every);
    // The words of every command are those of --help.
    const views = /^src\/(?:page|cli\/(?:diff|export|report|show|view))\/(?!command\.js$)/u;
    expect(ownModules(every).filter((one) => views.test(one))).toEqual([]);
    expect(loaded).toContain('src/log/write/ndjson-log.js');
    expect(loaded).toContain('projections/metrics/projection.js');
    expect(loaded.filter((one) => one.includes('planner/'))).toEqual([]);
  });

  test('from a sentence it loads the planner and its prompts, and wrappers only with --trace-planner', () => {
    const recorded = join(FIXTURES, 'logs/v1/planned-summary.ndjson');
    const sentence = 'summarise fixtures/inputs/meeting.txt in two sentences';
    const args = ['plan', sentence, '--answers', recorded];
    const loaded = ownModules(loadedModules(echoBench(), MODULES, args));
    expect(loaded).toContain('src/planner/prompt-texts.js');
    expect(loaded).toContain('src/planner/nodes/workflow-generator.js');
    // Without a trace its nodes are not instrumented.
    const instrumentation = [
      'src/log/write/memory-log.js',
      'src/run/instrument-run.js',
      'src/wrappers/debug-wrapper.js',
    ];
    expect(loaded.filter((one) => instrumentation.includes(one))).toEqual([]);
    const traced = ownModules(loadedModules(echoBench(), MODULES, [...args, '--trace-planner']));
    expect(traced.filter((one) => instrumentation.includes(one)).sort()).toEqual(instrumentation);
  });
});

const PRINT = `{
  type: 'show', summary: 'Shows the command that it would run.',
  params: z.strictObject({ line: z.string().describe('A command') }),
  outputs: z.object({ printed: z.string().describe('The command') }),
  commands: ['line'], mainOutput: 'printed',
  exec: ({ line }, { commandLines }) => ({ printed: line + ' with ' + commandLines.line.variables[0].value }),
}`;

describe('a node type with commands that pflow does not have', () => {
  const workflow = {
    inputs: { x: { type: 'string' } },
    nodes: [{ id: 'a', type: 'show', params: { line: "echo '${x}'" } }],
  };
  const printed = `echo ''"\${PFLOW_1}"'' with $(id)\n`;

  test('has its values quoted, also where no shell node was loaded', () => {
    const bench = workbench();
    bench.write('flow.json', workflow);
    bench.write('show.mjs', `export default ({ defineNodeType, z }) => [defineNodeType(${PRINT})];`);
    const args = [PROGRAM, 'run', 'flow.json', 'x=$(id)', '--nodes', './show.mjs'];
    const { stdout } = spawnSync(process.execPath, args, {
      cwd: bench.folder,
      encoding: 'utf8',
      env: cleanEnvironment(bench.folder),
    });
    expect(stdout).toBe(printed);
  });

  test('is checked in the library, too', () => {
    const program = `
      import { defineNodeType, validateWorkflow, z } from '${join(ROOT, 'dist/src/index.js')}';
      const registry = new Map([['show', defineNodeType(${PRINT})]]);
      const params = { line: 'eval \${x}' };
      const workflow = { inputs: { x: { type: 'string' } }, nodes: [{ id: 'a', type: 'show', params }] };
      console.log(validateWorkflow(workflow, { registry }).map(({ code }) => code).join());
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'COMMAND_UNSAFE\n', stderr: '' });
  });
});

describe('the built command', () => {
  test.each([
    ['--version', ['--version']],
    ['--help', ['--help']],
    ['a run', ['run', 'echo.json']],
    ['a run with a log', ['run', 'echo.json', '--log', 'run.ndjson', '--output-format', 'json', '--trace']],
    ['validate', ['validate', 'echo.json']],
    ['projections', ['projections']],
  ])('%s loads neither the AI SDK nor the price catalogue', (_what, args) => {
    const loaded = loadedModules(echoBench(), PROGRAM, args);
    expect(loaded.filter((one) => AI_SDK.test(one) || CATALOGUE.test(one))).toEqual([]);
  });

  test('a model call loads the AI SDK and the price catalogue', async () => {
    const provider = await testProvider();
    const bench = workbench(provider.env);
    const node = { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Hello' } };
    bench.write('ask.json', { nodes: [node] });
    const run = await bench.run(['run', 'ask.json', '--log', 'run.ndjson'], {
      env: { LOADED: bench.path('loaded'), NODE_OPTIONS: `--import="${RECORDER}"` },
    });
    expect(run.code).toBe(0);
    const loaded = readFileSync(bench.path('loaded'), 'utf8').split('\n');
    expect(loaded.some((one) => AI_SDK.test(one))).toBe(true);
    expect(loaded.some((one) => CATALOGUE.test(one))).toBe(true);
  });
});
