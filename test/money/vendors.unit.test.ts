// Invariant: each vendor's answers, whole and streamed in its documented form, give the right counts and amounts.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Usage } from '../../src/events/usage.ts';
import type { ModelAnswer, ModelClient } from '../../src/models/model.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { readBill, type Bill } from '../../src/models/usage/bill.ts';
import { costOfCall } from './cost-of-call.ts';

const KINDS = ['plain', 'cached', 'reasoning', 'tools', 'stream'] as const;

interface Cell {
  readonly model?: string;
  readonly body?: unknown;
  /** Events of a stream, in order. */
  readonly chunks?: readonly { readonly type?: string }[];
  readonly want: {
    /** All counts but the total and those of 0. */
    readonly usage: Usage;
    /** Absent where the prices change from day to day. */
    readonly cost_usd?: string;
    readonly exact: boolean | 'any';
  };
}

interface Vendor {
  readonly vendor: string;
  /** `body`: an API that pflow does not call. Its bodies come from imported logs and gateways. */
  readonly api: 'chat' | 'responses' | 'anthropic' | 'google' | 'body';
  readonly model: string;
  readonly cells: Readonly<Partial<Record<(typeof KINDS)[number], Cell>>>;
  /** Why the API has no such answer. */
  readonly lacks?: Readonly<Record<string, string>>;
}

const VENDORS = JSON.parse(readFileSync('fixtures/money/vendors.json', 'utf8')) as readonly Vendor[];

let sent: Cell = { want: { usage: {}, exact: 'any' } };
let client: ModelClient;

const server = createServer((request, response) => {
  request.resume();
  response.setHeader('connection', 'close');
  if (sent.chunks === undefined) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(sent.body));
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  for (const chunk of sent.chunks) {
    if (chunk.type !== undefined) response.write(`event: ${chunk.type}\n`);
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const names = VENDORS.filter(({ api }) => api === 'chat').map(({ model }) => model.split('/')[0] ?? '');
  client = createProviderClient({
    env: {
      ANTHROPIC_API_KEY: 'sk-ant-x0123456789',
      OPENAI_API_KEY: 'sk-x0123456789',
      GEMINI_API_KEY: 'gk-0123456789abcdef',
      ANTHROPIC_BASE_URL: `${url}/v1`,
      OPENAI_BASE_URL: `${url}/v1`,
      GOOGLE_BASE_URL: url,
      OLLAMA_HOST: url,
    },
    providers: Object.fromEntries(
      names.filter((name) => name !== 'ollama').map((name) => [name, { base_url: `${url}/v1` }]),
    ),
  });
});
afterAll(() => {
  server.close();
});

async function billOf(vendor: Vendor, cell: Cell, model: string): Promise<Bill | ModelAnswer> {
  if (vendor.api === 'body') return readBill(cell.body, { provider: model.split('/')[0] ?? '', model });
  sent = cell;
  const streamed = cell.chunks === undefined ? {} : { onText: (): void => undefined };
  return client.answer({ model, prompt: 'hi' }, new AbortController().signal, 'node', streamed);
}

const CELLS = VENDORS.flatMap((vendor) =>
  Object.entries(vendor.cells).map(([kind, cell]) => [vendor.vendor, kind, vendor, cell] as const),
);

test.each(CELLS)('counts and amounts of %s are right: %s', async (_name, _kind, vendor, cell) => {
  const model = cell.model ?? vendor.model;
  const bill = await billOf(vendor, cell, model);
  const { total_tokens: _total, ...counts } = bill.usage;
  expect(Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))).toEqual(
    cell.want.usage,
  );
  const cost = costOfCall({ model, provider: model.split('/')[0] ?? '', bill });
  const { cost_usd = cost.total_cost_usd } = cell.want;
  const exact = cell.want.exact === 'any' ? cost.exact : cell.want.exact;
  const codes = cost.doubts.map(({ code }) => code);
  expect([cost.total_cost_usd, cost.exact, exact ? codes : []]).toEqual([cost_usd, exact, []]);
  // Whatever is not known about a price, every count is read.
  expect(codes.filter((code) => code === 'USAGE_UNREAD' || code === 'TOTAL_MISMATCH')).toEqual(
    vendor.vendor === 'gemini compatible' && codes.includes('TOTAL_MISMATCH') ? ['TOTAL_MISMATCH'] : [],
  );
});

describe('the matrix', () => {
  test('has each kind of answer of each vendor, or why its API has no such answer', () => {
    const missing = VENDORS.flatMap(({ vendor, cells, lacks = {} }) =>
      KINDS.filter((kind) => Object.hasOwn(cells, kind) === Object.hasOwn(lacks, kind)).map(
        (kind) => `${vendor}: ${kind}`,
      ),
    );
    expect(missing).toEqual([]);
  });

  test('lists the answers that a vendor does not have', () => {
    expect(
      VENDORS.filter(({ lacks }) => lacks !== undefined).map(
        ({ vendor, lacks = {} }) => `${vendor}: ${Object.keys(lacks).join(', ')}`,
      ),
    ).toEqual([
      'gemini compatible: cached',
      'moonshot: reasoning',
      'mistral: reasoning',
      'together: reasoning',
      'fireworks: reasoning',
      'vllm: reasoning',
      'ollama: cached, reasoning',
      'perplexity: cached',
      'bedrock converse: reasoning',
      'cohere: cached, reasoning',
    ]);
  });
});
