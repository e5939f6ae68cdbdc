// Invariant: inputs after public reports about other tools give the right answer here, or an error that names why not.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { one, ownOrigin, run, shell, startServer, stopServer } from '../support/edge-run.ts';

interface ReportedAnswer {
  readonly id: string;
  readonly model: string;
  readonly schema?: object;
  readonly answer: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly text?: string;
  };
  readonly want: { readonly result?: unknown; readonly code?: string; readonly warnings?: readonly string[] };
}

interface ReportedCommand {
  readonly id: string;
  readonly command: string;
  /** Of the input `m`. */
  readonly value: string;
  /** What the command writes, or the code of the error. */
  readonly want: string;
}

const rowsOf = (name: string): unknown => JSON.parse(readFileSync(`fixtures/edges/${name}.json`, 'utf8'));
const ANSWERS = rowsOf('answers') as readonly ReportedAnswer[];
const COMMANDS = rowsOf('commands') as readonly ReportedCommand[];

function cutWarnings(warnings: RunOutcome['warnings'] = []): readonly string[] {
  return warnings.map(({ code }) => code).filter((code) => code === 'ANSWER_CUT');
}

beforeAll(startServer);
afterAll(stopServer);

test.each(ANSWERS.map((row) => [row.id, row] as const))(
  'an answer gives its value or a named error: %s',
  async (_id, { model, schema, answer, want }) => {
    const { status = 200, headers = {}, body, text = JSON.stringify(body) } = answer;
    const url = ownOrigin();
    const params = { model, prompt: 'p', ...(schema === undefined ? {} : { output_schema: schema }) };
    const { outcome, error } = await run({
      flow: one('llm', params, '${n.response}', { retry: { max: 1 } }),
      options: {
        env: {
          ...{
            ANTHROPIC_API_KEY: 'key-of-a-test',
            OPENAI_API_KEY: 'key-of-a-test',
            GEMINI_API_KEY: 'key-of-a-test',
          },
          ...{ ANTHROPIC_BASE_URL: `${url}/v1`, OPENAI_BASE_URL: `${url}/v1`, GOOGLE_BASE_URL: url },
        },
      },
      serve: (_request, response) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text),
    });
    const result = outcome?.output?.result as { readonly r?: unknown } | undefined;
    expect({ result: result?.r, code: error?.code, warnings: cutWarnings(outcome?.warnings) }).toEqual({
      result: want.result,
      code: want.code,
      warnings: want.warnings ?? [],
    });
  },
);

test.each(COMMANDS.map((row) => [row.id, row] as const))(
  'a value in a command stays a value: %s',
  async (_id, { command, value, want }) => {
    const flow = { inputs: { m: {} }, ...(shell(command) as object) };
    const { outcome, error } = await run({ flow, options: { inputs: { m: value } } });
    const result = outcome?.output?.result as { readonly r?: unknown } | undefined;
    expect(error?.code ?? result?.r).toBe(want);
  },
);
