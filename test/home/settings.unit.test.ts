// Changes of the settings file: what is accepted, what is refused, and what the file is afterwards.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  changeSetting,
  findSetting,
  parseSettingPath,
  removeSettings,
} from '../../src/home/change-settings.ts';
import { findDenied } from '../../src/home/denied-types.ts';
import { readSettings, settingsPath, type Settings } from '../../src/home/settings.ts';
import { temporaryFolder } from '../support/cli.ts';

let env: { readonly PFLOW_HOME: string };

beforeEach(() => {
  env = { PFLOW_HOME: join(temporaryFolder(), 'home') };
});

function set(key: string, value: string): Settings {
  return changeSetting(env, parseSettingPath(key), value);
}

function unset(...keys: readonly string[]): Settings {
  return removeSettings(env, keys.map(parseSettingPath));
}

function write(text: string): void {
  mkdirSync(dirname(settingsPath(env)), { recursive: true });
  writeFileSync(settingsPath(env), text);
}

describe('a setting that is set', () => {
  test.each([
    ['default_model', 'openai/gpt-5-mini', { default_model: 'openai/gpt-5-mini' }],
    ['default_model', '"openai/gpt-5-mini"', { default_model: 'openai/gpt-5-mini' }],
    ['default_model', '5', { default_model: '5' }],
    ['log_keep_days', '30', { log_keep_days: 30 }],
    ['deny', '["shell", "delete-*"]', { deny: ['shell', 'delete-*'] }],
    ['pricing', 'prices.json', { pricing: 'prices.json' }],
    ['pricing', '["a.json"]', { pricing: ['a.json'] }],
    ['env.TOKEN', '"quoted"', { env: { TOKEN: '"quoted"' } }],
    ['env.PORT', '8080', { env: { PORT: '8080' } }],
    ['providers.local.base_url', 'http://h/v1', { providers: { local: { base_url: 'http://h/v1' } } }],
    ['providers["a.b"].base_url', 'http://h/v1', { providers: { 'a.b': { base_url: 'http://h/v1' } } }],
  ])('%s = %s', (key, value, settings) => {
    expect(set(key, value)).toEqual(settings);
    expect(readSettings(env)).toEqual(settings);
  });

  test('keeps the other settings, and the file is for its owner only', () => {
    write('{"default_model": "a/b", "env": {"A": "1"}}');
    chmodSync(settingsPath(env), 0o644);
    set('env.B', '2');
    expect(readSettings(env)).toEqual({ default_model: 'a/b', env: { A: '1', B: '2' } });
    expect(statSync(settingsPath(env)).mode & 0o777).toBe(0o600);
    expect(readdirSync(env.PFLOW_HOME)).toEqual(['settings.json']);
  });

  test('every text in env comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        set('env.TEXT', text);
        expect(readSettings(env)).toEqual({ env: { TEXT: text } });
      }),
      { numRuns: 50 },
    );
  });
});

describe('a setting that is refused changes nothing', () => {
  test.each([
    ['defaul_model', 'x', 'did you mean "default_model"?'],
    ['providers.local.bas_url', 'http://h', 'did you mean "base_url"?'],
    ['providers.local.base_url', 'no address', 'providers.local.base_url'],
    ['providers.local.structured', 'tool', 'providers.local.base_url: "base_url" is missing'],
    ['providers["a/b"].base_url', 'http://h', 'providers["a/b"]: no model can be called by this name'],
    ['log_keep_days', 'soon', 'log_keep_days: must be a number, is a string'],
    ['log_keep_days', '0', 'log_keep_days: must be at least 1'],
    ['deny', 'shell', 'deny: must be an array, is a string'],
    ['env.A B', 'x', 'takes letters, digits, _ and -'],
    ['default_model.x', 'y', 'default_model: must be a string, is an object'],
  ])('%s = %s', (key, value, detail) => {
    write('{"planner_model": "a/b"}');
    const refused = expect(() => set(key, value));
    refused.toThrow(
      expect.objectContaining({
        code: 'USAGE',
        details: expect.arrayContaining([expect.stringContaining(detail)]) as unknown,
      }),
    );
    expect(readFileSync(settingsPath(env), 'utf8')).toBe('{"planner_model": "a/b"}');
  });

  test.each(['', '.', 'a..b', 'a.', '["a"', '__proto__', 'env.__proto__', 'a[0]'])('the key %j', (key) => {
    expect(() => parseSettingPath(key)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('a key that occurs twice is refused with both places', () => {
    write('{"default_model": "a/b",\n "default_model": "c/d"}');
    expect(() => set('planner_model', 'x/y')).toThrow(/"default_model" occurs twice, at 1:2 and at 2:2/u);
    expect(() => unset('default_model')).toThrow(/occurs twice/u);
  });
});

describe('a setting that is removed', () => {
  test('takes its holder along when nothing is left', () => {
    write('{"env": {"A": "1", "B": "2"}, "deny": []}');
    expect(unset('env.A')).toEqual({ env: { B: '2' }, deny: [] });
    expect(unset('env.B')).toEqual({ deny: [] });
    expect(unset('deny')).toEqual({});
  });

  test('may be one that no settings have, which repairs the file', () => {
    write('{"defaul_model": "a/b", "modl": 1, "deny": []}');
    expect(() => readSettings(env)).toThrow(/are not valid/u);
    expect(() => unset('modl')).toThrow(/would still not be valid/u);
    expect(unset('modl', 'defaul_model')).toEqual({ deny: [] });
  });
});

test('no key of Object is a setting', () => {
  expect(findSetting({ env: {} }, ['constructor'])).toBeUndefined();
  expect(findSetting({ env: {} }, ['env', 'toString'])).toBeUndefined();
});

test('a pattern denies names as a whole, with * for any characters', () => {
  const names = ['shell', 'delete-file', 'x.shell', 'mcp-a-delete_file', 'mcp-a-list'];
  expect([...findDenied(names, ['shell', 'delete-*', 'mcp-*-delete*'])]).toEqual([
    ['shell', 'shell'],
    ['delete-file', 'delete-*'],
    ['mcp-a-delete_file', 'mcp-*-delete*'],
  ]);
  expect([...findDenied(['a.b', 'axb'], ['a.b'])]).toEqual([['a.b', 'a.b']]);
  expect(findDenied(names).size).toBe(0);
});
