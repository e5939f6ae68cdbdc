// Which names say secret, which values look like one, and what becomes of them.
import { describe, expect, it } from 'vitest';
import { createRedactor, secretsIn } from '../../../src/log/secrets/redaction.ts';
import { isSecretName } from '../../../src/log/secrets/secret-names.ts';
import { JsonSafeCopier } from '../../../src/log/write/json-safe.ts';

describe('names', () => {
  it('that say secret', () => {
    const names = (
      'OPENAI_API_KEY apiKey x-api-key APIKey api_key2 authToken auth_token token Authorization proxy-authorization Cookie ' +
      'Set-Cookie password DB_PASSWORD db.passwd DB_PWD DB_PASS clientSecret client_secret AWS_SECRET_ACCESS_KEY private_key ' +
      'GITHUB_TOKEN refresh_token accessTokens credentials passphrase GITHUB_PAT sshKey SESSION_TOKEN'
    ).split(' ');
    expect(names.filter((name) => !isSecretName(name))).toEqual([]);
  });

  it('that do not', () => {
    const names = (
      'author AUTHOR max_tokens input_tokens tokens total_tokens primary_key foreign_key sort_key output_key key keys monkey ' +
      'keyboard PWD OLDPWD pass compass SSH_AUTH_SOCK secretary token_count tokenizer next_page_token TOKEN_URL password_file ' +
      'AUTH_METHOD cookie_policy public_key XAUTHORITY path name GIT_AUTHOR_NAME'
    ).split(' ');
    expect(names.filter(isSecretName)).toEqual([]);
  });
});

describe('known values', () => {
  const env = {
    MY_API_KEY: 'va/l+u"e 42',
    SSH_AUTH_SOCK: '/tmp/ssh-XXXX/agent.1',
    GOOGLE_APPLICATION_CREDENTIALS: '/home/me/keys/file.json',
    SHORT_TOKEN: 'abcde',
    USE_TOKEN: 'true',
    TOKEN_PIN: '12345678',
    HOME: '/home/somebody',
    EMPTY_TOKEN: undefined,
  };
  const redactor = createRedactor({
    env,
    settings: { a: [{ client_secret: 'deep-secret' }] },
    secrets: { x: 'any-name' },
  });

  it('are replaced wherever they stand', () => {
    expect(redactor.redact('a va/l+u"e 42, any-name and deep-secret.')).toBe(
      'a <redacted:MY_API_KEY>, <redacted:x> and <redacted:client_secret>.',
    );
  });

  it('are found inside JSON, URLs and base64 at every shift', () => {
    const value = env.MY_API_KEY;
    const inside = [
      JSON.stringify({ value }),
      JSON.stringify(JSON.stringify(value)),
      encodeURIComponent(value),
    ];
    const shifted = ['', 'a', 'ab', 'user:'].map((before) =>
      Buffer.from(`${before}${value} after`).toString('base64'),
    );
    const url = Buffer.from(value).toString('base64url');
    for (const text of [...inside, ...shifted, url])
      expect(redactor.redact(text)).toContain('<redacted:MY_API_KEY>');
    expect(redactor.redact(inside[0] ?? '')).toBe('{"value":"<redacted:MY_API_KEY>"}');
  });

  it('that are short, plain or only paths are left alone', () => {
    const text = 'abcde true 12345678 /tmp/ssh-XXXX/agent.1 /home/me/keys/file.json /home/somebody';
    expect(redactor.redact(text)).toBe(text);
  });

  it('are found as a form writes them, and on one line', () => {
    const own = createRedactor({ secrets: { phrase: "it's (so)  odd!" } });
    const inForm = new URLSearchParams({ q: "it's (so)  odd!" }).toString();
    expect(own.redact(inForm)).toBe('q=<redacted:phrase>');
    expect(own.redact("say it's (so) odd! now")).toBe('say <redacted:phrase> now');
  });

  it('of several lines are found line by line', () => {
    const lines = ['first line of a key', 'second line of a key', 'short'];
    const own = createRedactor({ secrets: { key: lines.join('\n') } });
    expect(own.redact(`exit code 1: ${lines[1] ?? ''}`)).toBe('exit code 1: <redacted:key>');
    expect(own.redact('short')).toBe('short');
    expect(own.redact(lines.join('\n'))).toBe('<redacted:key>');
  });

  it('are found where they were cut in half', () => {
    const own = createRedactor({ secrets: { key: 'correct-horse-battery' } });
    expect(own.redact('it said: correct-ho…')).toBe('it said: <redacted:key>…');
    expect(own.redact('…se-battery, it said')).toBe('…<redacted:key>, it said');
    expect(own.redact('a corre… is no secret')).toBe('a corre… is no secret');
  });

  it('may be added later', () => {
    const own = createRedactor();
    expect(own.redact('open sesame')).toBe('open sesame');
    own.registerSecret('magic words', 'open sesame');
    expect(own.version).toBe(1);
    expect(own.redact('open sesame')).toBe('<redacted:magic_words>');
    own.registerSecret('again', 'open sesame');
    own.registerSecret('tiny', 'x');
    expect(own.version).toBe(1);
  });

  it('that look like a placeholder do not make it grow', () => {
    const own = createRedactor({ secrets: { a: 'redacted', b: 'secret' } });
    const once = own.redact('redacted secret');
    expect(once).toBe('<redacted:a> <redacted:b>');
    expect(own.redact(once)).toBe(once);
  });

  it('are collected from settings by name', () => {
    const settings = {
      api_key: 'k-1',
      nested: [{ password: 'p-1', author: 'a-1', token: '${input}', pin_secret: '42' }],
    };
    expect(secretsIn(settings)).toEqual([
      ['api_key', 'k-1'],
      ['password', 'p-1'],
    ]);
  });
});

describe('shapes', () => {
  const redactor = createRedactor();
  const a = (count: number): string => 'aB3'.repeat(count).slice(0, count);
  const rows: readonly (readonly [string, string])[] = [
    [`key sk-${a(24)}.`, 'key <redacted:api_key>.'],
    [`sk-ant-api03-${a(40)}`, '<redacted:anthropic_key>'],
    [`sk_live_${a(24)}`, '<redacted:stripe_key>'],
    [`ghp_${a(36)} github_pat_${a(40)}`, '<redacted:github_token> <redacted:github_token>'],
    [`xoxb-123-${a(20)}`, '<redacted:slack_token>'],
    ['AKIAIOSFODNN7EXAMPLE', '<redacted:aws_key>'],
    [`AIza${a(35)}`, '<redacted:google_key>'],
    [`eyJhbGciOiJI.eyJzdWIiOiIx.${a(20)}`, '<redacted:jwt>'],
    [`Authorization: Bearer ${a(12)}==`, 'Authorization: Bearer <redacted:bearer>'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic <redacted:basic_auth>'],
    ['postgres://me:p@ss:w@db.example/x', 'postgres://me:<redacted:url_password>@db.example/x'],
    ['http://h/?a=1&api_key=zz&b=2#c', 'http://h/?a=1&api_key=<redacted:api_key>&b=2#c'],
    ['http://h/?X-Amz-Signature=ff00', 'http://h/?X-Amz-Signature=<redacted:X-Amz-Signature>'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b', 'a <redacted:private_key> b'],
    ['-----BEGIN PRIVATE KEY-----\nMII', '<redacted:private_key>'],
  ];
  it.each(rows)('%s', (text, expected) => {
    expect(redactor.redact(text)).toBe(expected);
    expect(redactor.redact(expected)).toBe(expected);
  });

  it('that only resemble one stay', () => {
    const texts = [
      'risk-assessment-of-the-year-2026',
      'the bearer certificates',
      'Basic understanding of things',
      'http://h:8080/p?author=me&max_tokens=10&page=2',
      'see https://example.com/@me',
      'a=1&b=2',
    ];
    expect(texts.map((text) => redactor.redact(text))).toEqual(texts);
  });
});

describe('values under a name', () => {
  const copier = new JsonSafeCopier(createRedactor({ env: { API_KEY: 'known-value' } }));

  it('that says secret are replaced whole, numbers and templates are not', () => {
    const value = {
      password: 'abc',
      'Set-Cookie': ['a=b', 'c=d'],
      max_tokens: 100,
      token: 42,
      auth_token: '${token}',
      authorization: 'Bearer ${token}',
      api_key: 'known-value',
      secret: '',
      author: 'me',
    };
    expect(copier.copy(value)).toEqual({
      password: '<redacted:password>',
      'Set-Cookie': ['<redacted:Set-Cookie>', '<redacted:Set-Cookie>'],
      max_tokens: 100,
      token: 42,
      auth_token: '${token}',
      authorization: 'Bearer ${token}',
      api_key: '<redacted:API_KEY>',
      secret: '',
      author: 'me',
    });
  });

  it('that stands beside them, around them or in their path count too', () => {
    const value = {
      header: { name: 'X-Api-Key', value: 'abc' },
      plain: { name: 'Accept', value: 'abc' },
      patch: { op: 'add', path: ['login', 'password'], value: 'abc' },
      cookies: { session: 'abc' },
      inputs: { token: { type: 'string', default: 'abc' } },
      map: new Map([['password', 'abc']]),
    };
    expect(copier.copy(value)).toEqual({
      header: { name: 'X-Api-Key', value: '<redacted:X-Api-Key>' },
      plain: { name: 'Accept', value: 'abc' },
      patch: { op: 'add', path: ['login', 'password'], value: '<redacted:password>' },
      cookies: { session: '<redacted:cookies>' },
      inputs: { token: { type: 'string', default: '<redacted:token>' } },
      map: { password: '<redacted:password>' },
    });
  });

  it('are replaced also where the value was recorded without the name', () => {
    const kept = copier.keep({ session: 'abc' });
    expect(copier.copy({ op: 'add', path: ['cookies'], value: kept })).toEqual({
      op: 'add',
      path: ['cookies'],
      value: { session: '<redacted:cookies>' },
    });
  });
});

it('a secret across the cut of a long text is not left in half', () => {
  const copier = new JsonSafeCopier(createRedactor({ secrets: { s: 'first-half-second-half' } }));
  const text = copier.copy(
    `${'x'.repeat(1024 * 1024 - 80)}first-half-second-half${'y'.repeat(100)}`,
  ) as string;
  expect(text.includes('first-half')).toBe(false);
  expect(text.endsWith(' <cut: 1048618 bytes>')).toBe(true);
});
