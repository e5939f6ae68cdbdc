// Invariant: the result of `npm pack`, installed into an empty folder, runs, imports and type-checks.
// `npm run test:nodes` runs this file with other versions of Node, named by PFLOW_TEST_NODE.
import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment, ROOT } from '../support/cli.ts';
import { FIXTURES } from '../support/fixture-runs.ts';

const NODE = process.env['PFLOW_TEST_NODE'] ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'pflow-packed-'));
const installed = join(folder, 'node_modules/pflow');
const quiet: ExecFileSyncOptionsWithStringEncoding = {
  cwd: folder,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'],
};

function npm(...args: readonly string[]): string {
  return execFileSync('npm', [...args], quiet);
}

function node(...args: readonly string[]): string {
  return execFileSync(NODE, [...args], { ...quiet, env: cleanEnvironment(folder) });
}

const pflow = (...args: readonly string[]): string => node(join(installed, 'dist/bin/pflow.js'), ...args);

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{"name": "consumer", "private": true, "type": "module"}');
  npm('pack', ROOT, '--ignore-scripts', '--pack-destination', folder);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  npm(
    'install',
    '--no-save',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    join(folder, tarball),
  );
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed files', () => {
  const shipped = (): string[] =>
    readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)));

  test('are programs, compiled modules, their types, price data and documentation', () => {
    const expected =
      /^(?:dist\/bin\/.+\.js|dist\/(?:src|projections)\/.+\.(?:js|d\.ts)|dist\/projections\/.+\.json|dist\/page\/run-page\.(?:js|css)|docs\/.+\.md|docs\/images\/[a-z-]+\.png|schemas\/[a-z]+\.schema\.json|README\.md|LICENSE|package\.json)$/u;
    expect(shipped().filter((name) => !expected.test(name))).toEqual([]);
  });

  test('hold no compiled module whose source is gone', () => {
    const orphans = shipped().filter((name) => {
      const [, module] = /^dist\/((?:src|projections)\/.+?)(?:\.d\.ts|\.js)$/u.exec(name) ?? [];
      return (
        module !== undefined &&
        !existsSync(join(ROOT, `${module}.ts`)) &&
        !existsSync(join(ROOT, `${module}.tsx`))
      );
    });
    expect(orphans).toEqual([]);
  });

  test('refer to no source map', () => {
    const modules = shipped().filter((name) => name.endsWith('.js'));
    expect(modules.length).toBeGreaterThan(100);
    const mapped = modules.filter((name) =>
      /^\/\/# sourceMappingURL/mu.test(readFileSync(join(installed, name), 'utf8')),
    );
    expect(mapped).toEqual([]);
  });
});

describe('the packed command', () => {
  test('is linked as pflow and prints its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(pflow('--version')).toBe(`${version}\n`);
    expect(readFileSync(join(folder, 'node_modules/.bin/pflow'), 'utf8')).toMatch(
      /^#!\/usr\/bin\/env node\n/u,
    );
  });

  test('runs a workflow', () => {
    expect(pflow('run', join(FIXTURES, 'workflows/echo.json'))).toBe('hello\n');
  });

  test('runs on recorded answers, keeps a log, and replays it with prices', () => {
    const recorded = join(FIXTURES, 'logs/v1/summarise-file.ndjson');
    const log = join(folder, 'run.ndjson');
    const input = `file=${join(FIXTURES, 'inputs/meeting.txt')}`;
    const workflow = join(FIXTURES, 'workflows/summarise-file.json');
    const printed = pflow('run', workflow, input, '--answers', recorded, '--log', log);
    expect(printed).toMatch(/^The nightly import now runs in the scheduler/u);
    const cost = JSON.parse(pflow('replay', log, '--project', 'cost')) as Record<string, unknown>;
    expect([cost['total_cost_usd'], cost['reused_cost_usd']]).toEqual(['0', '0.001566']);
  });

  test('plans a sentence on recorded answers: its prompts are in the package', () => {
    const recorded = join(FIXTURES, 'logs/v1/planned-summary.ndjson');
    const sentence = 'summarise fixtures/inputs/meeting.txt in two sentences';
    const planned = JSON.parse(pflow('plan', sentence, '--answers', recorded)) as { readonly name: string };
    expect(planned.name).toBe('summarise-file');
  });

  test('runs node types of a module that imports the library', () => {
    const module = `
      import { defineNodeType, NodeFailure, z } from 'pflow';
      let tries = 0;
      export const twice = defineNodeType({
        type: 'twice', summary: 'Works the second time.', retry: { max: 2, wait_s: 0 },
        params: z.strictObject({ n: z.int().describe('A number') }),
        outputs: z.object({ n: z.int().describe('Twice the number') }),
        exec({ n }) {
          tries += 1;
          if (tries === 1) throw new NodeFailure('not yet', { retryable: true });
          return { n: n * 2 };
        },
      });`;
    writeFileSync(join(folder, 'own.js'), module);
    const nodes = [{ id: 'a', type: 'twice', params: { n: 21 } }];
    writeFileSync(join(folder, 'own.json'), JSON.stringify({ nodes, outputs: { n: { source: '${a.n}' } } }));
    expect(pflow('run', 'own.json', '--nodes', './own.js')).toBe('42\n');
    expect(pflow('registry', 'list', 'twice', '--nodes', './own.js')).toContain('Works the second time.');
  });

  test('runs code in a thread', () => {
    const params = { code: 'return 6 * 7' };
    const flow = { nodes: [{ id: 'a', type: 'code', params }], outputs: { n: { source: '${a.result}' } } };
    writeFileSync(join(folder, 'code.json'), JSON.stringify(flow));
    expect(pflow('run', 'code.json')).toBe('42\n');
  });

  test('replays a fixture to its golden result', () => {
    const log = join(FIXTURES, 'logs/v1/three-models.ndjson');
    expect(pflow('replay', log, '--project', 'metrics')).toBe(
      readFileSync(join(FIXTURES, 'golden/three-models/metrics.json'), 'utf8'),
    );
  });
});

describe('the packed library', () => {
  test('is imported by its two entries', () => {
    const program = `
      import { PflowError, openMemoryLog, planWorkflow, readLog, runPlanned, runWorkflow } from 'pflow';
      import { createCost, createPricing, startFold } from 'pflow/projections';
      const cost = startFold(createCost({ pricing: createPricing({ books: [] }) }));
      await readLog(${JSON.stringify(join(FIXTURES, 'logs/v1/three-models.ndjson'))}, { onEvent: (e) => cost.add(e) });
      console.log([PflowError, openMemoryLog, planWorkflow, runPlanned, runWorkflow].map((each) => typeof each).join(), cost.result().calls);`;
    writeFileSync(join(folder, 'program.js'), program);
    expect(node(join(folder, 'program.js'))).toBe('function,function,function,function,function 3\n');
  });

  test('replays a folder of logs with threads, to the total of the command line', () => {
    const logs = join(FIXTURES, 'logs/v1');
    const program = `
      import { findLogs, replayLogs } from 'pflow';
      const { results } = await replayLogs(${JSON.stringify(logs)}, ['cost'], { threads: 2 });
      console.log(findLogs([${JSON.stringify(logs)}]).logs.length, results.cost.total_cost_usd);`;
    writeFileSync(join(folder, 'replay.js'), program);
    const cost = JSON.parse(pflow('replay', logs, '--project', 'cost')) as Record<string, string>;
    const count = readdirSync(logs).filter((name) => name.endsWith('.ndjson')).length;
    expect(node(join(folder, 'replay.js'))).toBe(`${String(count)} ${cost['total_cost_usd'] ?? ''}\n`);
  });

  test('pflow/projections needs nothing of Node', () => {
    const program = `import { createMetrics } from 'pflow/projections'; console.log(typeof createMetrics);`;
    writeFileSync(join(folder, 'pure.js'), program);
    const hook = `data:text/javascript,import{register}from'node:module';register('data:text/javascript,'+encodeURIComponent(\`
      export async function resolve(specifier, context, next) {
        if (specifier.startsWith('node:')) throw new Error('loads ' + specifier);
        return next(specifier, context);
      }\`))`;
    expect(node('--import', hook, join(folder, 'pure.js'))).toBe('function\n');
  });

  test('has types that a strict program compiles with', () => {
    writeFileSync(
      join(folder, 'program.ts'),
      `import { readLog, type LogEvent, type RunOutcome } from 'pflow';
       import { createCost, createPricing, startFold } from 'pflow/projections';
       const fold = startFold(createCost({ pricing: createPricing({ books: [] }) }));
       await readLog('run.ndjson', { onEvent: (event: LogEvent) => { fold.add(event); } });
       export const total: string = fold.result().total_cost_usd;
       export const status = (outcome: RunOutcome): 'success' | 'failed' | 'interrupted' | 'paused' | 'denied' => outcome.status;\n`,
    );
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const run = (): string =>
      execFileSync(process.execPath, [tsc, ...flags, ...types, join(folder, 'program.ts')], quiet);
    expect(run()).toBe('');
  });
});
