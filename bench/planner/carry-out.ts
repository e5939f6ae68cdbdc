// Runs a planned workflow in the world of its sentence. It reports how the result differs from the expected one.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { createNestedReader } from '../../src/run/nested/planned-children.ts';
import type { RunRequest } from '../../src/run/run-request.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { VERSION } from '../../src/version.ts';
import { canonicalJson } from '../../src/values/canonical-json.ts';
import { withHome } from './bench-home.ts';
import type { NamedCase } from './case-schema.ts';
import { inWorld, type Stage } from './world.ts';

export type Runnable = Pick<RunRequest, 'workflow' | 'ir' | 'inputs' | 'registry'>;

const LONGEST_MS = 20_000;

/** One sentence per difference; empty when there is no difference. */
export async function carryOut(one: NamedCase, runnable: Runnable): Promise<readonly string[]> {
  return withHome(one.saved, (home) =>
    inWorld(one.world, async (stage) => {
      const { folder, models, send } = stage;
      const { PATH = '' } = process.env;
      const nested = await createNestedReader({ cwd: folder, env: home, nodes: [] })(runnable.ir);
      const outcome = await runWorkflow({
        ...runnable,
        nested,
        serverEnv: { PATH, HOME: folder, ...home },
        name: one.name,
        source: 'planner',
        models,
        send,
        defaultModel: 'bench/model',
        signal: AbortSignal.timeout(LONGEST_MS),
        cwd: folder,
        env: { PATH, HOME: folder, ...one.world.env },
        host: systemLogHost,
        version: VERSION,
      });
      const failed = outcome.error === undefined ? [] : [`it failed: ${outcome.error.message}`];
      return [...failed, ...differences(one, Object.values(outcome.output?.produced ?? {}), stage)];
    }),
  );
}

function differences(
  { result, world }: NamedCase,
  outputs: readonly unknown[],
  { folder, sent }: Stage,
): readonly string[] {
  if (result === undefined) return ['nothing should have run'];
  const expected = { ...world.files, ...result.files };
  const files = Object.fromEntries(Object.entries(expected).filter(([, text]) => text !== null));
  return [
    ...difference('outputs', sorted(outputs), sorted(result.outputs)),
    ...difference('files', canonicalJson(filesIn(folder, Object.keys(world.git))), canonicalJson(files)),
    ...difference('requests', canonicalJson(sent), canonicalJson(result.requests)),
  ];
}

function difference(what: string, got: string, expected: string): string[] {
  return got === expected ? [] : [`${what} are ${got} and not ${expected}`];
}

/** Which output comes first, and how it is called, is free. */
function sorted(values: readonly unknown[]): string {
  return `[${values.map(canonicalJson).sort().join(',')}]`;
}

/** Texts by path; what is inside of a repository does not count. */
function filesIn(folder: string, repositories: readonly string[]): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !repositories.some((name) => path.startsWith(join(folder, name, '.git'))))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}
