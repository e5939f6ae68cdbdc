// The small world of one case: a folder with files and repositories, simulated servers, and models that answer as the
// case defines. Nothing leaves the machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ModelClient } from '../../src/models/model.ts';
import type { NetAnswer, Send } from '../../src/net/message.ts';
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
  /** Answers the requests of http nodes. */
  readonly send: Send;
  /** What was sent with another method than GET, in order. */
  readonly sent: readonly SentRequest[];
}

/** Everything is as it was before when `work` has ended. */
export async function inWorld<T>(world: World, work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-planner-bench-'));
  const sent: SentRequest[] = [];
  try {
    for (const [path, text] of Object.entries(world.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const [path, subjects] of Object.entries(world.git)) makeRepository(join(folder, path), subjects);
    return await work({ folder, models: modelsOf(world), send: sendIn(world, sent), sent });
  } finally {
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

function sendIn(world: World, sent: SentRequest[]): Send {
  const used = new Map<World['http'][number], number>();
  return ({ url, method, headers, body = '' }) => {
    const address = `${url.origin}${url.pathname}`;
    if (method !== 'GET') sent.push({ method, url: address, body: parsed(Buffer.from(body).toString()) });
    const rule = world.http.find(
      (one) => one.method === method && one.url === address && (used.get(one) ?? 0) < (one.times ?? Infinity),
    );
    if (rule === undefined) return Promise.reject(new TypeError(`there is no ${method} ${address}`));
    used.set(rule, (used.get(rule) ?? 0) + 1);
    const lacks = Object.entries(rule.needs ?? {}).some(([name, value]) => headers[name] !== value);
    return Promise.resolve(
      lacks ? answerOf({ status: 401, body: { message: 'not allowed' } }) : answerOf(rule),
    );
  };
}

function answerOf({ status, body }: Pick<World['http'][number], 'status' | 'body'>): NetAnswer {
  const isText = typeof body === 'string';
  const text = status === 204 ? '' : isText ? body : JSON.stringify(body);
  const type = isText ? 'text/plain;charset=UTF-8' : 'application/json';
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: { 'content-type': type },
    body: Readable.from([Buffer.from(text)]),
  };
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
