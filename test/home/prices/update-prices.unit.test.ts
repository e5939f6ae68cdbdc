import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { priceCall } from '../../../projections/pricing/price-call.ts';
import { PflowError } from '../../../src/errors.ts';
import { parseLiteral } from '../../../src/home/prices/js-literal.ts';
import { loadPricing } from '../../../src/home/prices/pricing.ts';
import { updatePrices, type PriceUpdate } from '../../../src/home/prices/update-prices.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { completedCall, MILLION } from '../../support/model-calls.ts';
import { packageTarball, startRegistry, type PackageRegistry } from '../../support/package-registry.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const AT = '2026-11-20T12:00:00.000Z';

const model = (id: string, input: number, more: object = {}): object => ({
  id,
  match: { equals: id },
  prices: { input_mtok: input, output_mtok: 10 },
  ...more,
});

const listOf = (...models: readonly object[]): object[] => [{ id: 'openai', name: 'OpenAI', models }];

let home: string;
let env: Record<string, string>;

beforeEach(() => {
  home = temporaryFolder();
  env = { PFLOW_HOME: home, HOME: home };
});

async function registryOf(
  list: unknown,
  more: Partial<PackageRegistry['release']> = {},
): Promise<PackageRegistry> {
  const tarball = packageTarball(list);
  const registry = await startRegistry({
    version: '0.2.0',
    time: '2026-11-15T10:00:00.000Z',
    tarball,
    ...more,
  });
  env['npm_config_registry'] = registry.url;
  return registry;
}

const update = (
  from: readonly string[] = ['npm'],
  more: { date?: string; check?: boolean } = {},
): Promise<PriceUpdate> => updatePrices({ from, check: false, env, now: NOW, ...more });

async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'succeeded';
  } catch (error) {
    return error instanceof PflowError ? `${error.code}: ${error.message}` : `not expected: ${String(error)}`;
  }
}

const costOf = (name: string, more: object = {}): { cost: string | null; doubts: readonly string[] } => {
  const call = completedCall({ model: name, at: AT, usage: { input_tokens: MILLION }, ...more });
  const { cost_usd, doubts } = priceCall(loadPricing({ env }), call);
  return { cost: cost_usd, doubts: doubts.map(({ code }) => code) };
};

describe('an update from the npm registry', () => {
  test('is used from then on, with the day of its release', async () => {
    await registryOf(listOf(model('gpt-4o', 7), model('gpt-9', 3)));
    const { books, changes, written } = await update();
    expect([written, books.map(({ version, date }) => [version, date])]).toEqual([
      true,
      [['0.2.0+2026-11-15', '2026-11-15']],
    ]);
    expect(changes.added).toEqual(['openai/gpt-9']);
    expect(changes.changed.find(({ entry }) => entry === 'openai/gpt-4o')).toMatchObject({
      before: { input: '2.5' },
      after: { input: '7' },
    });
    expect(costOf('openai/gpt-4o')).toEqual({ cost: '7', doubts: [] });
    expect(costOf('gpt-9')).toEqual({ cost: '3', doubts: [] });
    expect(costOf('anthropic/claude-haiku-4-5').cost).toBe('1');
  });

  test('has the rules laid over it: a batch costs half', async () => {
    await registryOf(listOf(model('gpt-4o', 7)));
    await update();
    expect(costOf('openai/gpt-4o', { service_tier: 'batch' })).toEqual({ cost: '3.5', doubts: [] });
  });

  test('a tarball that is not what was announced is refused, and the prices in use stay', async () => {
    const registry = await registryOf(listOf(model('gpt-4o', 7)));
    await update();
    const before = readdirSync(join(home, 'prices')).map((name) =>
      readFileSync(join(home, 'prices', name), 'utf8'),
    );
    registry.release = { ...registry.release, sends: packageTarball(listOf(model('gpt-4o', 0.1))) };
    expect(await failureOf(update())).toMatch(/^PRICES_INVALID: .*its integrity differs$/);
    const after = readdirSync(join(home, 'prices')).map((name) =>
      readFileSync(join(home, 'prices', name), 'utf8'),
    );
    expect(after).toEqual(before);
    expect(costOf('openai/gpt-4o').cost).toBe('7');
  });

  test('a download that is cut off is an error that names the address, and nothing is written', async () => {
    const registry = await registryOf(listOf(model('gpt-4o', 7)), { cutAfter: 20 });
    expect(await failureOf(update())).toContain(
      `PRICES_UNAVAILABLE: the prices at ${registry.url}genai-prices.tgz`,
    );
    expect(readdirSync(home)).toEqual([]);
  });

  test('a price that became 0 is reported, and the price before it stays in use', async () => {
    await registryOf(listOf(model('gpt-4o', 0, { prices: { input_mtok: 0, output_mtok: 0 } })));
    const { changes } = await update();
    expect(changes.free).toEqual(['openai/gpt-4o']);
    expect(costOf('openai/gpt-4o').cost).toBe('2.5');
  });

  test('a renamed model keeps its old name, and the update reports both', async () => {
    const registry = await registryOf(listOf(model('gpt-9', 3), model('gpt-8', 2)));
    await update();
    const names = { match: { or: [{ equals: 'gpt-9' }, { equals: 'gpt-9-sol' }] } };
    registry.release = {
      ...registry.release,
      version: '0.3.0',
      time: '2026-11-18T10:00:00.000Z',
      tarball: packageTarball(listOf(model('gpt-9-sol', 4, names))),
    };
    const { changes } = await update();
    expect(changes.renamed).toEqual([{ before: 'openai/gpt-9', after: 'openai/gpt-9-sol' }]);
    expect(changes.removed).toContain('openai/gpt-8');
    expect([costOf('gpt-9').cost, costOf('gpt-8').cost]).toEqual(['4', '2']);
    expect(readdirSync(join(home, 'prices')).filter((name) => name !== 'in-use.json')).toHaveLength(2);
  });

  test('--check compares and writes nothing', async () => {
    await registryOf(listOf(model('gpt-4o', 7)));
    expect(await update(['npm'], { check: true })).toMatchObject({ written: false, hasChanges: true });
    expect(readdirSync(home)).toEqual([]);
    await update();
    expect(await update(['npm'], { check: true })).toMatchObject({ hasChanges: false });
  });

  test('a stored book that was changed by hand is an error', async () => {
    await registryOf(listOf(model('gpt-4o', 7)));
    const { books } = await update();
    writeFileSync(join(home, 'prices', books[0]?.file ?? ''), '{}');
    expect(() => costOf('openai/gpt-4o')).toThrow(/its hash differs/);
  });
});

describe('an update from files', () => {
  const file = (name: string, content: unknown): string => {
    const path = join(home, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const litellm = {
    'gpt-4o': { input_cost_per_token: 5e-6, output_cost_per_token: 2e-5, litellm_provider: 'openai' },
  };
  const modelsDev = {
    openai: {
      id: 'openai',
      models: {
        'gpt-4o': { id: 'gpt-4o', cost: { input: 6, output: 24 } },
        'gpt-9': {
          id: 'gpt-9',
          cost: {
            input: 3,
            output: 4,
            tiers: [
              { tier: { size: 1000 }, input: 30 },
              { tier: { size: 500 }, output: 9 },
            ],
          },
          experimental: {
            modes: { fast: { cost: { input: 12 }, provider: { body: { service_tier: 'priority' } } } },
          },
        },
      },
    },
    'github-copilot': {
      id: 'github-copilot',
      models: { 'gpt-4o': { id: 'gpt-4o', cost: { input: 0, output: 0 } } },
    },
  };

  test('takes LiteLLM and models.dev in the stated order, with the day that is given', async () => {
    const from = [file('litellm.json', litellm), file('models-dev.json', modelsDev)];
    const { books } = await update(from, { date: '2026-11-10' });
    expect(books.map(({ date }) => date)).toEqual(['2026-11-10', '2026-11-10']);
    expect(costOf('openai/gpt-4o').cost).toBe('5');
    expect(costOf('openai/gpt-9').cost).toBe('30');
    expect(costOf('openai/gpt-9', { usage: { output_tokens: 10 }, service_tier: 'priority' }).cost).toBe(
      '0.00004',
    );
  });

  test('a subscription in the list of models.dev is not a price of 0', async () => {
    await update([file('models-dev.json', modelsDev)], { date: '2026-11-10' });
    expect(costOf('github-copilot/gpt-4o')).toEqual({ cost: '6', doubts: ['SELLER_ASSUMED'] });
  });

  test('old prices are used with a doubt', async () => {
    await update([file('litellm.json', litellm)], { date: '2026-09-20' });
    expect(costOf('openai/gpt-4o')).toMatchObject({ cost: '2.5' });
    await update([file('litellm.json', litellm)], { date: '2026-09-24' });
    expect(costOf('openai/gpt-4o', { at: '2026-11-23T23:59:59.999Z' })).toEqual({ cost: '5', doubts: [] });
    expect(costOf('openai/gpt-4o', { at: '2026-11-24T00:00:00.000Z' })).toEqual({
      cost: '5',
      doubts: ['PRICES_OLD'],
    });
  });

  test('a file with an invalid price is refused with the name of its entry', async () => {
    const bad = { 'gpt-4o': { input_cost_per_token: -1, output_cost_per_token: 1 } };
    expect(await failureOf(update([file('bad.json', bad)]))).toMatch(
      /^PRICES_INVALID: bad\.json, "gpt-4o": input/,
    );
    expect(await failureOf(update([join(home, 'absent.json')]))).toMatch(/^FILE_NOT_FOUND/);
  });
});

describe('the settings', () => {
  test('`pricing` and PFLOW_PRICING name price files, and the variable wins', () => {
    writeFileSync(join(home, 'mine.json'), JSON.stringify({ 'openai/gpt-4o': { input: 1, output: 1 } }));
    writeFileSync(join(home, 'other.json'), JSON.stringify({ 'openai/gpt-4o': { input: 2, output: 1 } }));
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ pricing: 'mine.json' }));
    expect(costOf('openai/gpt-4o').cost).toBe('1');
    env['PFLOW_PRICING'] = join(home, 'other.json');
    expect(costOf('openai/gpt-4o').cost).toBe('2');
  });

  test('a gateway has the prices of the seller, or of the models, that `priced_as` names', () => {
    const base_url = 'http://127.0.0.1:1/v1';
    const providers = {
      corp: { base_url, priced_as: 'openai' },
      mixed: { base_url, priced_as: { small: 'openai/gpt-4o-mini' } },
    };
    writeFileSync(join(home, 'settings.json'), JSON.stringify({ providers }));
    expect(costOf('corp/gpt-4o')).toEqual({ cost: '2.5', doubts: [] });
    expect(costOf('corp/gpt-4o', { response_model: 'gpt-4o-2024-08-06' })).toEqual({
      cost: '2.5',
      doubts: [],
    });
    expect(costOf('mixed/small')).toEqual({ cost: '0.15', doubts: [] });
    expect(
      priceCall(loadPricing({ env }), completedCall({ model: 'mixed/large', usage: { input_tokens: 1 } }))
        .state,
    ).toBe('estimated');
  });
});

describe('a literal of JavaScript', () => {
  test('is read as what it is', () => {
    const text =
      "x=[{id:'a\\'b',\"n\":.8,e:2e5,t:!0,f:!1,u:void 0,s:`two\nlines`,l:[1,-2,],x:'\\u0041\\x42'}];run()";
    expect(parseLiteral(text, 2)).toEqual([
      { id: "a'b", n: 0.8, e: 200_000, t: true, f: false, s: 'two\nlines', l: [1, -2], x: 'AB' },
    ]);
  });

  test.each(['[run()]', '[{a:b}]', '[`${a}`]', '[1', '["a', '[{a 1}]', '[1 2]', '['.repeat(200)])(
    '%s is not run, but an error',
    (text) => {
      expect(() => parseLiteral(text, 0)).toThrow(/not a literal/);
    },
  );
});
