// Writes a log of many runs into one file with production code: the engine runs workflows whose nodes call a model, the
// instrumented layers append, and `NdjsonLog` encodes. Only the clock, the random source and the disk are replaced; the
// disk collects lines before writing, since durability does not matter here.
import { statfsSync } from 'node:fs';
import * as z from 'zod';
import type { LogDisk } from '../../src/log/write/log-disk.ts';
import type { LogHost } from '../../src/log/write/log-host.ts';
import { openNdjsonLog } from '../../src/log/write/ndjson-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import type { ModelAnswer, ModelClient } from '../../src/models/model.ts';
import { defineNodeType } from '../../src/nodes/define-node-type.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { VERSION } from '../../src/version.ts';
import { workflowSchema, type Workflow } from '../../src/workflow/schema.ts';
import { createChance, type RandomSource } from './chance.ts';
import { GatheringDisk } from './gathering-disk.ts';

/** The events of a run: six for each of 165 nodes, one for each of 5 outputs, and five that frame the run. */
export const EVENTS_PER_RUN = 1_000;
export const NODES_PER_RUN = 165;
const OUTPUTS = 5;
const WORKFLOWS = 7;
const STEPS = ['collect', 'check', 'compare', 'shorten', 'judge'] as const;
const PROMPT_CHARACTERS = 1_150;
const ANSWER_CHARACTERS = 430;
const BYTES_PER_EVENT = 720;
const FIRST_RUN = Date.UTC(2026, 0, 5);

const MODELS = [
  { model: 'anthropic/claude-sonnet-4-5', answers: 'claude-sonnet-4-5-20250929' },
  { model: 'anthropic/claude-haiku-4-5', answers: 'claude-haiku-4-5-20251001' },
  { model: 'openai/gpt-4o-mini', answers: 'gpt-4o-mini-2024-07-18' },
  { model: 'openai/gpt-4o', answers: 'gpt-4o-2024-11-20' },
  { model: 'google/gemini-2.5-flash', answers: 'gemini-2.5-flash' },
] as const;

export interface GeneratedLog {
  readonly path: string;
  readonly events: number;
  readonly bytes: number;
  /** Id of a run in the middle of it. */
  readonly run: string;
}

export async function generateLog(path: string, events: number): Promise<GeneratedLog> {
  const runs: string[] = [];
  const disk = new GatheringDisk(path);
  for (let index = 0; index < events / EVENTS_PER_RUN; index += 1) runs.push(await writeRun(disk, index));
  disk.end();
  return { path, events, bytes: disk.bytes, run: runs[runs.length >> 1] ?? '' };
}

/** Throws when the folder has no room for logs of together so many events. */
export function requireRoom(folder: string, events: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const needed = events * BYTES_PER_EVENT * 1.1;
  if (bavail * bsize >= needed) return;
  throw new Error(
    `logs of ${events} events need ${gigabytes(needed)} in ${folder}, which has ${gigabytes(bavail * bsize)}: set TMPDIR to a folder on a larger disk`,
  );
}

async function writeRun(disk: LogDisk, index: number): Promise<string> {
  const chance = createChance(index + 1);
  const clock = createClock(index, chance);
  const log = openNdjsonLog('one file for all', {
    level: 'trace',
    host: clock.host,
    redactor: createRedactor({ env: { OPENAI_API_KEY: 'a-key-that-is-searched-for', HOME: '/home/me' } }),
    disk,
  });
  const workflow = WORKFLOW[index % WORKFLOWS] as Workflow;
  const outcome = await runWorkflow({
    workflow,
    ir: workflow,
    name: `report-${index % WORKFLOWS}`,
    source: 'file',
    inputs: { values: { topic: chance.text(60) }, origins: { topic: 'given' }, secrets: [] },
    registry: new Map([[review.type, review]]),
    models: answering(chance, clock.pass),
    log,
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    host: clock.host,
    version: VERSION,
  });
  log.close();
  const written = log.state.lastSeq + 1;
  if (outcome.status !== 'success' || written !== EVENTS_PER_RUN) {
    throw new Error(`a run ended as ${outcome.status} after ${written} events`, { cause: outcome.error });
  }
  return log.run;
}

/** A clock that moves only with `pass`, so that durations look like those of models. */
function createClock(index: number, chance: RandomSource): { host: LogHost; pass: (ms: number) => void } {
  let monotonic = 1_000;
  const host = {
    now: () => FIRST_RUN + index * 900_000,
    monotonic: () => (monotonic += 0.013),
    randomBytes: (count: number) => chance.bytes(count),
  };
  return { host, pass: (ms) => (monotonic += ms) };
}

/** A node as a user writes one: it makes its prompt itself. */
const review = defineNodeType({
  type: 'review',
  summary: 'Calls a model about its own text.',
  params: z.strictObject({ model: z.string(), seed: z.int() }),
  outputs: z.object({ response: z.string() }),
  async exec({ model, seed }, { models, signal, node }) {
    const prompt = `Review part ${seed}:\n${createChance(seed * 7919 + (node ?? '').length).text(PROMPT_CHARACTERS)}`;
    const { text } = await models.answer({ model, prompt, temperature: 0.2, max_tokens: 800 }, signal, node);
    return { response: text };
  },
});

const WORKFLOW: readonly Workflow[] = Array.from({ length: WORKFLOWS }, (_, kind) =>
  workflowSchema.parse({
    inputs: { topic: { type: 'string' } },
    nodes: Array.from({ length: NODES_PER_RUN }, (_each, index) => ({
      id: nodeId(index),
      type: review.type,
      params: {
        model: MODELS[(kind + index * 3) % MODELS.length]?.model,
        seed: kind * NODES_PER_RUN + index,
      },
    })),
    outputs: Object.fromEntries(
      Array.from({ length: OUTPUTS }, (_each, index) => [
        `part${index}`,
        { source: `\${${nodeId(index)}.response}` },
      ]),
    ),
  }),
);

function nodeId(index: number): string {
  return `${STEPS[index % STEPS.length] ?? ''}-${index}`;
}

function answering(chance: RandomSource, pass: (ms: number) => void): ModelClient {
  return {
    answer: ({ model }) => {
      pass(chance.between(300_000, 4_000_000) / 1000);
      return Promise.resolve(answerOf(model, chance));
    },
  };
}

type CountName = 'input' | 'cached' | 'written' | 'output';

function answerOf(model: string, chance: RandomSource): ModelAnswer {
  const input = chance.between(280, 420);
  const cached = chance.between(0, 3) === 0 ? chance.between(1_024, 8_192) : 0;
  const isWritten = chance.between(0, 9) === 0 && model.startsWith('anthropic/');
  const written = isWritten ? chance.between(1_024, 4_096) : 0;
  const output = chance.between(120, 190);
  const answers = MODELS.find((one) => one.model === model)?.answers ?? model;
  return {
    text: chance.text(ANSWER_CHARACTERS),
    provider: model.split('/')[0] ?? '',
    model,
    response_model: answers,
    usage: {
      input_tokens: input,
      output_tokens: output,
      total_tokens: input + cached + written + output,
      cache_creation_input_tokens: written,
      cache_read_input_tokens: cached,
    },
    raw_usage: rawUsage(model, { input, cached, written, output }),
    finish_reason: 'stop',
  };
}

/** As the three providers report it, with their other members. */
function rawUsage(
  model: string,
  { input, cached, written, output }: Readonly<Record<CountName, number>>,
): object {
  const all = input + cached + written;
  if (model.startsWith('anthropic/'))
    return {
      input_tokens: input,
      cache_creation_input_tokens: written,
      cache_read_input_tokens: cached,
      cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
      output_tokens: output,
      service_tier: 'standard',
    };
  if (model.startsWith('google/'))
    return {
      promptTokenCount: all,
      candidatesTokenCount: output,
      totalTokenCount: all + output,
      ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: all }],
    };
  return {
    prompt_tokens: all,
    completion_tokens: output,
    total_tokens: all + output,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}
