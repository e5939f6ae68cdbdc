import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../projections/pricing/books/catalogue-version.ts';
import { expectJsonError, expectTextError, workbench, type Workbench } from '../support/workbench.ts';

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
});

async function shown(...args: readonly string[]): Promise<readonly string[]> {
  const run = await bench.run(['prices', ...args]);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  return run.stdout.split('\n').slice(0, -1);
}

async function documentOf(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse((await shown(...args, '--json')).join('\n')) as Readonly<Record<string, unknown>>;
}

describe('prices without a model', () => {
  test('prices without a model describes the price books and how to search', async () => {
    const { books } = await documentOf();
    expect(books).toEqual([
      { ...CATALOGUE, models: expect.any(Number) as number, names: expect.any(Number) as number },
    ]);
    const lines = await shown();
    expect(lines[0]).toMatch(/^models {3}1,\d{3} under 2,\d{3} names$/u);
    expect(lines.slice(1)).toEqual([
      `source   ${CATALOGUE.source}`,
      `version  ${CATALOGUE.version}`,
      `date     ${CATALOGUE.date}`,
      `sha256   ${CATALOGUE.sha256}`,
      '',
      'For example:',
      '  pflow prices claude-sonnet-4-5',
      '  pflow prices "gpt 4o" --search',
    ]);
  });
});

test('of several price books the order is named', async () => {
  const lines = await shown('--pricing', bench.write('mine.json', { 'my/model': { input: 1, output: 2 } }));
  expect(lines.filter((line) => line.startsWith('models '))).toHaveLength(2);
  expect(lines).toContain('the first of these that has a model counts');
});

describe('prices of a model', () => {
  test('prices of a model have tiers, service tiers, requests and the rule that matched', async () => {
    expect(await shown('Claude-Sonnet-4-5-20250929')).toEqual([
      'anthropic/claude-sonnet-4-5',
      'matched  Claude-Sonnet-4-5-20250929 by date suffix',
      'names    claude-sonnet-4-5, claude-sonnet-4.5',
      `source   ${CATALOGUE.source}`,
      `version  ${CATALOGUE.version}`,
      `date     ${CATALOGUE.date}`,
      `sha256   ${CATALOGUE.sha256}`,
      '',
      'usd_per_million        input  output  cache_read  cache_write_5m  cache_write_1h',
      'plain                      3      15         0.3            3.75               6',
      'input > 200000             6    22.5         0.6             7.5              12',
      'batch                    1.5     7.5        0.15           1.875               3',
      'batch, input > 200000      3   11.25         0.3            3.75               6',
      '',
      'request     usd_per_1000',
      'web_fetch              0',
      'web_search            10',
    ]);
  });

  test('prices of a model with a history are shown all, or with --at those in force then', async () => {
    const all = await shown('openai/o3');
    expect(all.filter((line) => /^(from|until|plain)/u.test(line))).toEqual([
      'until 2025-06-10',
      'plain               10      40         2.5',
      'from 2025-06-10  in force',
      'plain                2       8         0.5',
    ]);
    const then = await shown('openai/o3', '--at', '2025-06-09T23:59:59.999Z');
    expect(then.filter((line) => /^(from|until|plain)/u.test(line))).toEqual([
      'until 2025-06-10',
      'plain               10      40         2.5',
    ]);
    expect(await documentOf('openai/o3', '--at', '2025-06-10')).toMatchObject({
      at: '2025-06-10',
      entry: 'openai/o3',
      rule: 'exact',
      dated: [{ in_force: false }, { in_force: true, from: '2025-06-10', until: null }],
    });
  });

  test('a model of a price file wins over the built-in one, with the hash of the whole file', async () => {
    const path = bench.write('mine.json', {
      format: 'pflow-prices/1',
      version: '2026-11-01',
      models: { 'openai/gpt-4o-mini': { input: 0.12, output: '0.48' } },
    });
    bench.write('more.json', { 'openai/gpt-4o-mini': { input: 9, output: 9 } });
    const sheet = await documentOf('gpt-4o-mini', '--pricing', 'mine.json', '--pricing', 'more.json');
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(sheet).toMatchObject({
      entry: 'openai/gpt-4o-mini',
      rule: 'home vendor',
      book: { source: 'mine.json', version: '2026-11-01', date: '2026-11-01', sha256 },
      dated: [
        {
          rows: [
            { service_tier: null, prices: { input: '0.12', output: '0.48' } },
            { service_tier: 'batch', prices: { input: '0.06', output: '0.24' } },
          ],
        },
      ],
      also_in: [
        { source: 'more.json', entry: 'openai/gpt-4o-mini', rule: 'home vendor' },
        { source: CATALOGUE.source, entry: 'openai/gpt-4o-mini', rule: 'alias' },
      ],
    });
    const text = await shown('gpt-4o-mini', '--pricing', 'mine.json');
    expect(text).toContain(`sha256   ${sha256}`);
    expect(text.at(-1)).toBe(`also in ${CATALOGUE.source}: openai/gpt-4o-mini (alias)`);
  });
});

describe('prices --search', () => {
  test('--search lists every model that contains the name, even if one has exactly that name', async () => {
    const lines = await shown('claude haiku');
    expect(lines[0]).toMatch(/^entry +input +output$/u);
    expect(lines).toContainEqual(expect.stringMatching(/^anthropic\/claude-haiku-4-5 +1 +5$/u));
    expect(lines.at(-1)).toBe(`${String(lines.length - 3)} models, USD per million tokens`);
    const { search, found } = await documentOf('gpt-4o-mini', '--search');
    expect(search).toBe('gpt-4o-mini');
    expect(found).toContainEqual({
      entry: 'openai/gpt-4o-mini',
      input: '0.15',
      output: '0.6',
      source: CATALOGUE.source,
    });
    expect((found as readonly unknown[]).length).toBeGreaterThan(1);
  });
});

describe('prices that are not known', () => {
  test('an unknown model is an error with the nearest names', async () => {
    expect(expectTextError(await bench.run(['prices', 'gpt-40']), 1, 'NO_PRICE')).toEqual([
      'error NO_PRICE: no price is known for gpt-40',
      '  known names nearby are gpt-4, gpt-4o, gpt-4.1',
      '  Search with a part of the name, or give a price with --pricing FILE.',
    ]);
    const { details } = expectJsonError(await bench.run(['prices', 'gpt-40', '--json']), 1, 'NO_PRICE');
    expect(details).toEqual(['known names nearby are gpt-4, gpt-4o, gpt-4.1']);
    expectTextError(await bench.run(['prices', 'gpt-40', '--search']), 1, 'NO_PRICE');
  });

  test('a model without a price on a date is an error with the dates of its prices', async () => {
    bench.write('mine.json', { mine: { input: 1, output: 1, from: '2027-01-01' } });
    const args = ['prices', 'mine', '--pricing', 'mine.json', '--at'];
    expect(expectTextError(await bench.run([...args, '2026-12-31']), 1, 'NO_PRICE').slice(0, 2)).toEqual([
      'error NO_PRICE: no price of mine is in force at 2026-12-31',
      '  known: from 2027-01-01 until now',
    ]);
    expect((await bench.run([...args, '2027-01-01'])).code).toBe(0);
  });

  test('an invalid date and an invalid price file are wrong usage', async () => {
    expectTextError(await bench.run(['prices', 'gpt-4o', '--at', 'tomorrow']), 2, 'USAGE');
    bench.write('bad.json', { mine: { input: -1, output: 1 } });
    const bad = await bench.run(['prices', 'mine', '--pricing', 'bad.json']);
    expect(expectTextError(bad, 2, 'PRICES_INVALID')[0]).toContain(
      'bad.json, "mine": input: must not be negative',
    );
    expectTextError(await bench.run(['prices', '--pricing', 'none.json']), 2, 'FILE_NOT_FOUND');
  });
});
