// What an update survives: servers and packages that are wrong, cut, slow or hostile, and damage in its own folder.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CATALOGUE } from '../../../projections/pricing/books/catalogue-version.ts';
import { priceCall } from '../../../projections/pricing/price-call.ts';
import { PflowError } from '../../../src/errors.ts';
import { loadPricing } from '../../../src/home/prices/pricing.ts';
import {
  updatePrices,
  type PriceUpdate,
  type UpdateOptions,
} from '../../../src/home/prices/update-prices.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { completedCall, MILLION } from '../../support/model-calls.ts';
import { packageTarball, packTar, startRegistry, type Release } from '../../support/package-registry.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

const listOf = (prices: Readonly<Record<string, number>>, output = 10): object[] => [
  {
    id: 'openai',
    name: 'OpenAI',
    models: Object.entries(prices).map(([id, input]) => ({
      id,
      match: { equals: id },
      prices: { input_mtok: input, output_mtok: output },
    })),
  },
];

let home: string;
let env: Record<string, string>;

beforeEach(() => {
  home = temporaryFolder();
  env = { PFLOW_HOME: home, HOME: home };
});

const update = (more: Partial<UpdateOptions> = {}): Promise<PriceUpdate> =>
  updatePrices({ from: ['npm'], check: false, env, now: NOW, ...more });

async function release(list: unknown, more: Partial<Release> = {}): Promise<void> {
  const facts = { version: '0.2.0', time: '2026-11-15T10:00:00.000Z', tarball: packageTarball(list) };
  env['npm_config_registry'] = (await startRegistry({ ...facts, ...more })).url;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'succeeded';
  } catch (error) {
    return error instanceof PflowError ? `${error.code}: ${error.message}` : `not expected: ${String(error)}`;
  }
}

const costOf = (model: string): string | null =>
  priceCall(loadPricing({ env }), completedCall({ model, usage: { input_tokens: MILLION } })).cost_usd;

/** Every file of the folder of prices with its text. */
const stored = (): readonly (readonly [string, string])[] =>
  readdirSync(join(home, 'prices'))
    .sort()
    .map((name) => [name, readFileSync(join(home, 'prices', name), 'utf8')]);

const packument = (more: object = {}): object => ({
  'dist-tags': { latest: '0.2.0' },
  time: { '0.2.0': '2026-11-15T10:00:00.000Z' },
  versions: { '0.2.0': { dist: { tarball: 'http://127.0.0.1:1/x.tgz', integrity: 'sha512-AAAA' } } },
  ...more,
});

const withDist = (dist: object): object => packument({ versions: { '0.2.0': { dist } } });

const json = (value: unknown) => (_request: IncomingMessage, response: ServerResponse) =>
  response.end(JSON.stringify(value));

describe('a registry', () => {
  const status = (code: number) => (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(code).end('no');
  };
  const incomplete = /^PRICES_INVALID: the registry describes no complete release/u;
  test.each<[string, Parameters<typeof serve>[0], RegExp]>([
    ['answers 404', status(404), /^PRICES_UNAVAILABLE: .*the server answered 404$/u],
    ['answers 500', status(500), /^PRICES_UNAVAILABLE: .*the server answered 500$/u],
    ['answers a page', (_, r) => r.end('<html>'), /^PRICES_INVALID: .*did not answer with JSON/u],
    ['answers null', json(null), incomplete],
    ['answers a list', json([]), incomplete],
    ['has times of another type', json(packument({ time: { '0.2.0': 5 } })), incomplete],
    ['has no readable day', json(packument({ time: { '0.2.0': 'soon' } })), incomplete],
    ['names no tarball', json(withDist({})), incomplete],
    [
      'names a file as the tarball',
      json(withDist({ tarball: 'file:///etc/passwd', integrity: 'sha512-AAAA' })),
      /^PRICES_UNAVAILABLE: .*not an http address$/u,
    ],
    [
      'redirects to a file',
      (_, r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /^PRICES_UNAVAILABLE: .*not http or https$/u,
    ],
    ['never answers', () => undefined, /^PRICES_UNAVAILABLE: .*it took longer than 0\.2 s$/u],
    ['stops in the middle', (_, r) => r.write('{'), /^PRICES_UNAVAILABLE: .*it took longer than 0\.2 s$/u],
  ])('that %s is an error, and nothing is written', async (_what, answer, expected) => {
    env['npm_config_registry'] = await serve(answer);
    // A slow machine must not be taken for a slow registry.
    const isSlow = expected.source.includes('longer than');
    expect(await failureOf(update(isSlow ? { timeoutMs: 200 } : {}))).toMatch(expected);
    expect(readdirSync(home)).toEqual([]);
  });

  test('that redirects to another host is followed, since the tarball has its integrity', async () => {
    await release(listOf({ 'gpt-4o': 7 }));
    const other = env['npm_config_registry'] ?? '';
    env['npm_config_registry'] = await serve((request, response) => {
      response.writeHead(302, { location: new URL(request.url ?? '', other).href }).end();
    });
    await update();
    expect(costOf('openai/gpt-4o')).toBe('7');
  });

  test('is reached through the proxy of the environment', async () => {
    await release(listOf({ 'gpt-4o': 7 }));
    const other = env['npm_config_registry'] ?? '';
    const requested: string[] = [];
    env['http_proxy'] = await serve((request, response) => {
      requested.push(request.url ?? '');
      response.writeHead(302, { location: new URL(new URL(request.url ?? '').pathname, other).href }).end();
    });
    env['npm_config_registry'] = 'http://registry.example/';
    env['no_proxy'] = '127.0.0.1';
    await update();
    expect([requested, costOf('openai/gpt-4o')]).toEqual([
      ['http://registry.example/@pydantic%2fgenai-prices'],
      '7',
    ]);
  });

  test('that went back to an older release changes nothing', async () => {
    await release(listOf({ 'gpt-4o': 7 }));
    await update();
    const before = stored();
    await release(listOf({ 'gpt-4o': 5 }), { version: '0.1.9', time: '2026-11-01T00:00:00.000Z' });
    expect(await update()).toMatchObject({
      written: false,
      hasChanges: false,
      notes: ['@pydantic/genai-prices 0.1.9+2026-11-01 is older than 0.2.0+2026-11-15, which stays in use'],
    });
    expect(stored()).toEqual(before);
  });

  test('that is older than the built-in prices only adds models, and the update reports it', async () => {
    const time = '2026-08-01T00:00:00.000Z';
    await release(listOf({ 'gpt-4o': 7, 'gpt-9': 3 }), { time });
    expect((await update()).notes).toEqual([
      `@pydantic/genai-prices is older than the built-in prices of ${CATALOGUE.date}: it only adds models that those lack`,
    ]);
    expect([costOf('openai/gpt-4o'), costOf('openai/gpt-9')]).toEqual(['2.5', '3']);
  });

  test('that has a release of a day to come is refused: its prices would never be old', async () => {
    await release(listOf({ 'gpt-4o': 7 }), { time: '2027-01-01T00:00:00.000Z' });
    expect(await failureOf(update())).toMatch(/^PRICES_INVALID: .* have a day in the future, 2027-01-01$/u);
  });
});

describe('a tarball', () => {
  const module = Buffer.from('const a=[{id:"openai",models:[]}]');
  const bomb = Buffer.alloc(80 * 1024 * 1024);
  test.each<[string, Buffer, RegExp]>([
    ['is not an archive', Buffer.from('hello'), /is not a package/u],
    ['unpacks to more than 64 MiB', gzipSync(bomb), /is not a package/u],
    ['has only paths outside the package', packTar({ '../../dist/index.js': module }), /has no file/u],
    ['has an absolute path', packTar({ '/package/dist/index.js': module }), /has no file/u],
    [
      'ends in the middle of its file',
      gzipSync(packTar({ 'package/dist/index.js': module }, false).subarray(0, 520)),
      /ends too early/u,
    ],
    [
      'has code instead of data',
      packTar({ 'package/dist/index.js': Buffer.from('x=[{id:run()}]') }),
      /no readable prices/u,
    ],
    [
      'has a module without data',
      packTar({ 'package/dist/index.js': Buffer.from('export {}') }),
      /no list of providers/u,
    ],
    ['has no model', packTar({ 'package/dist/index.js': module }), /has no prices/u],
  ])('that %s is refused, and nothing is written', async (_what, tarball, expected) => {
    await release([], { tarball });
    expect(await failureOf(update())).toMatch(new RegExp(`^PRICES_INVALID: .*${expected.source}`, 'u'));
    expect(readdirSync(home)).toEqual([]);
  });

  test('larger than 64 MiB is not read to its end', async () => {
    let sent = 0;
    const part = Buffer.alloc(4 * 1024 * 1024);
    const url = await serve((_request, response) => {
      const send = (): void => {
        while (!response.destroyed && sent < 200 && response.write(part)) sent += 4;
        if (!response.destroyed && sent < 200) response.once('drain', send);
        sent += 4;
      };
      send();
    });
    expect(await failureOf(update({ from: [`${url}prices.json`] }))).toMatch(
      /^PRICES_UNAVAILABLE: .*more than 67108864 bytes$/u,
    );
    expect(sent).toBeLessThan(200);
  });
});

describe('a price that became 0', () => {
  test('keeps the one of the update before, not the built-in one', async () => {
    await release(listOf({ 'gpt-4o': 7 }));
    await update();
    await release(listOf({ 'gpt-4o': 0 }), { version: '0.3.0', time: '2026-11-18T00:00:00.000Z' });
    expect((await update()).changes.free).toEqual(['openai/gpt-4o']);
    expect(costOf('openai/gpt-4o')).toBe('7');
  });

  test('is one also where only the output costs nothing', async () => {
    await release(listOf({ 'gpt-4o': 7 }, 0));
    expect((await update()).changes.free).toEqual(['openai/gpt-4o']);
    expect(costOf('openai/gpt-4o')).toBe('2.5');
  });
});

describe('the folder of prices', () => {
  test('that cannot be written is an error that names it', async () => {
    await release(listOf({ 'gpt-4o': 7 }));
    writeFileSync(join(home, 'prices'), 'a file');
    expect(await failureOf(update())).toBe(
      `FILE_UNWRITABLE: the prices cannot be written to ${join(home, 'prices')}`,
    );
  });

  test('that has a book of an update that was interrupted is complete after the next one', async () => {
    await release(listOf({ 'gpt-4o': 7 }));
    const { books } = await update();
    const path = join(home, 'prices', books[0]?.file ?? '');
    rmSync(join(home, 'prices', 'in-use.json'));
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 50));
    expect(costOf('openai/gpt-4o')).toBe('2.5');
    await update();
    expect(costOf('openai/gpt-4o')).toBe('7');
  });

  test.each([
    ['a damaged book', (file: string) => file, /its hash differs/u],
    ['a damaged list', () => 'in-use.json', /in-use\.json/u],
  ])('with %s is repaired by an update, which reports it', async (_what, name, note) => {
    await release(listOf({ 'gpt-4o': 7 }));
    const { books } = await update();
    writeFileSync(join(home, 'prices', name(books[0]?.file ?? '')), '{"a');
    expect(() => costOf('openai/gpt-4o')).toThrow(
      expect.objectContaining({ code: 'PRICES_INVALID' }) as Error,
    );
    const { notes } = await update();
    expect(notes).toEqual([expect.stringMatching(note) as string]);
    expect(costOf('openai/gpt-4o')).toBe('7');
  });

  test('gets the books of both of two updates at once', async () => {
    await release(listOf({ 'gpt-9': 7 }));
    const path = join(home, 'mine.json');
    writeFileSync(path, JSON.stringify({ 'acme/large': { input: 2, output: 3 } }));
    await Promise.all([update(), update({ from: [path], date: '2026-11-19' })]);
    expect([costOf('openai/gpt-9'), costOf('acme/large')]).toEqual(['7', '2']);
  });

  test('has the day of today for a file that was changed in the future', async () => {
    mkdirSync(join(home, 'in'));
    const url = await serve((_request, response) => {
      response.setHeader('last-modified', 'Fri, 01 Jan 2027 00:00:00 GMT');
      response.end(JSON.stringify({ 'acme/large': { input: 2, output: 3 } }));
    });
    const { books } = await update({ from: [`${url}prices.json?key=secret`] });
    expect(books[0]).toMatchObject({ source: 'prices.json', date: '2026-11-20' });
    expect(await failureOf(update({ from: [`${url}prices.json`], date: '2027-01-01' }))).toMatch(
      /^PRICES_INVALID: .*in the future/u,
    );
  });
});
