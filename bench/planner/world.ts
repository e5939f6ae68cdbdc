// The small world of one case: a folder with files and repositories, simulated servers, and models that answer as the
// case defines. Nothing leaves the machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ModelClient } from '../../src/models/model.ts';
import type { World } from './case-schema.ts';

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

export interface Stage {
  readonly folder: string;
  readonly models: ModelClient;
  /** What was sent with another method than GET, in order. */
  readonly sent: readonly SentRequest[];
}

/** Everything is as it was before when `work` has ended. Two worlds at once would share one network. */
export async function inWorld<T>(world: World, work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-planner-bench-'));
  const sent: SentRequest[] = [];
  const real = globalThis.fetch;
  try {
    for (const [path, text] of Object.entries(world.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const [path, subjects] of Object.entries(world.git)) makeRepository(join(folder, path), subjects);
    globalThis.fetch = fetchIn(world, sent);
    return await work({ folder, models: modelsOf(world), sent });
  } finally {
    globalThis.fetch = real;
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeRepository(folder: string, subjects: readonly string[]): void {
  const who = ['-c', 'user.name=Ana Ruiz', '-c', 'user.email=ana@shop.example'];
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { env, stdio: 'ignore' });
  git('init', '--initial-branch=main', folder);
  for (const subject of subjects) git('-C', folder, ...who, 'commit', '--allow-empty', '-m', subject);
}

function fetchIn(world: World, sent: SentRequest[]): typeof fetch {
  const used = new Map<World['http'][number], number>();
  return async (input, init) => {
    const request = new Request(input, init);
    const { origin, pathname } = new URL(request.url);
    const address = `${origin}${pathname}`;
    const text = await request.text();
    if (request.method !== 'GET') sent.push({ method: request.method, url: address, body: parsed(text) });
    const rule = world.http.find(
      (one) =>
        one.method === request.method &&
        one.url === address &&
        (used.get(one) ?? 0) < (one.times ?? Infinity),
    );
    if (rule === undefined) throw new TypeError(`fetch failed: there is no ${request.method} ${address}`);
    used.set(rule, (used.get(rule) ?? 0) + 1);
    const lacks = Object.entries(rule.needs ?? {}).some(
      ([name, value]) => request.headers.get(name) !== value,
    );
    return lacks ? Response.json({ message: 'not allowed' }, { status: 401 }) : responseOf(rule);
  };
}

function responseOf({ status, body }: World['http'][number]): Response {
  if (status === 204) return new Response(null, { status });
  return typeof body === 'string' ? new Response(body, { status }) : Response.json(body, { status });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function modelsOf({ answers }: World): ModelClient {
  return {
    answer: ({ model, prompt }) => {
      const answer = answers.find(
        (one) => prompt.includes(one.when ?? '') && (one.model === undefined || one.model === model),
      );
      if (answer === undefined) return Promise.reject(new Error(`no answer is defined for ${model}`));
      return Promise.resolve({
        text: answer.text,
        provider: 'bench',
        model,
        usage: {},
        finish_reason: 'stop',
      });
    },
  };
}
