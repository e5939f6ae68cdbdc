// Which price files are in use without a flag, and what makes one invalid.
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { priceCall } from '../../../projections/pricing/price-call.ts';
import { loadPricing } from '../../../src/home/prices/pricing.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { completedCall, MILLION } from '../../support/model-calls.ts';

let home: string;
let env: Record<string, string>;

beforeEach(() => {
  home = temporaryFolder();
  env = { PFLOW_HOME: home, HOME: home };
});

const costOf = (model: string): string | null =>
  priceCall(loadPricing({ env }), completedCall({ model, usage: { input_tokens: MILLION } })).cost_usd;

test('PFLOW_PRICING lists files; the first one that knows a model wins, and empty entries are not files', () => {
  writeFileSync(join(home, 'one.json'), JSON.stringify({ 'openai/gpt-4o': { input: 1, output: 1 } }));
  const both = { 'openai/gpt-4o': { input: 2, output: 1 }, 'openai/gpt-4o-mini': { input: 3, output: 1 } };
  writeFileSync(join(home, 'two.json'), JSON.stringify(both));
  env['PFLOW_PRICING'] = ['', join(home, 'one.json'), '', join(home, 'two.json')].join(delimiter);
  expect([costOf('openai/gpt-4o'), costOf('openai/gpt-4o-mini')]).toEqual(['1', '3']);
  env['PFLOW_PRICING'] = delimiter;
  expect(costOf('openai/gpt-4o')).toBe('2.5');
});

test('a price file that does not exist is an error that names the place with its path', () => {
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ pricing: ['absent.json'] }));
  const path = join(home, 'absent.json');
  const load = (): unknown => loadPricing({ env });
  const message = `there is no price file ${path}`;
  expect(load).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND', message }) as Error);
  expect(load).toThrow(
    expect.objectContaining({
      hint: `Check the path in "pricing" of ${join(home, 'settings.json')}.`,
    }) as Error,
  );
  env['PFLOW_PRICING'] = path;
  expect(load).toThrow(expect.objectContaining({ hint: 'Check the path in PFLOW_PRICING.' }) as Error);
  expect(() => loadPricing({ env: {}, files: [path] })).toThrow(
    expect.objectContaining({ hint: 'Check the path after --pricing.' }) as Error,
  );
});

test.each([
  [{ pricing: 5 }, /pricing: must be a string or an array, is a number/u],
  [{ pricing: ['mine.json', 5] }, /pricing/u],
  [{ pricing: { file: 'mine.json' } }, /pricing/u],
])('%o is not valid', (settings, problem) => {
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings));
  expect(() => loadPricing({ env })).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      details: [expect.stringMatching(problem) as string],
    }) as Error,
  );
});

test.each([
  ['{"a/b": {"input": 1, "output": 1}, "a/b": {"input": 2, "output": 2}}', /"a\/b" occurs twice/u],
  ['{"a/b": {"input": 1, "input": 2, "output": 1}}', /"input" of a\/b occurs twice/u],
  ['{"a/b": {"input": 1, "output": 1}, "A/B": {"input": 2, "output": 2}}', /is listed twice/u],
  ['{"a/b": {"input": -1, "output": 1}}', /must not be negative/u],
  ['{"a/b": {"input": "1e400", "output": 1}}', /must be a decimal number/u],
  ['{"a/b": {"input": null, "output": 1}}', /input/u],
  ['{"a/b": {"input": 1, "output": 1, "cached": 1}}', /cached/u],
  ['{"a/b": {"input": 1e-400, "output": 1}}', /the number 1e-400 is too small to be kept exactly/u],
  ['{"a/b": [{"input": 1, "output":0.5E-999}]}', /the number 0\.5E-999 is too small/u],
  ['{"": {"input": 1, "output": 1}}', /"": is not the name of a model/u],
  ['{}', /has no prices/u],
  ['{"acme": {"id": "acme", "models": {"m": {"cost": {"input": "1", "output": "2"}}}}}', /has no prices/u],
  ['[]', /not a JSON object/u],
  ['{"a', /not JSON/u],
])('a price file with %s is refused', (text, problem) => {
  writeFileSync(join(home, 'mine.json'), text);
  env['PFLOW_PRICING'] = join(home, 'mine.json');
  expect(() => loadPricing({ env })).toThrow(
    expect.objectContaining({
      code: 'PRICES_INVALID',
      message: expect.stringMatching(problem) as string,
    }) as Error,
  );
});

test('a number of 0 with an exponent is a price of 0, and a number in a text is not a price', () => {
  const models = '{"a/b": {"input": 0e-400, "output": 1}}';
  const text = `{"format": "pflow-prices/1", "source": "1e-400", "models": ${models}}`;
  writeFileSync(join(home, 'mine.json'), text);
  env['PFLOW_PRICING'] = join(home, 'mine.json');
  expect(costOf('a/b')).toBe('0');
});

test('a compressed price file is refused with the way out', () => {
  const path = join(home, 'mine.json');
  writeFileSync(path, gzipSync('{"a/b": {"input": 1, "output": 1}}'));
  expect(() => loadPricing({ env, files: [path] })).toThrow(
    expect.objectContaining({
      code: 'FILE_UNREADABLE',
      hint: 'Decompress it first: it was compressed with gzip.',
    }) as Error,
  );
});

test('a provider at the address of a known vendor has the prices of that vendor', () => {
  const providers = {
    corp: { base_url: 'https://eu-west-1.api.x.ai/v1' },
    mine: { base_url: 'https://api.x.ai/v1', priced_as: 'openai' },
  };
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ providers }));
  expect(costOf('corp/grok-4')).toEqual(costOf('xai/grok-4'));
  expect(costOf('mine/gpt-4o')).toEqual(costOf('openai/gpt-4o'));
});
