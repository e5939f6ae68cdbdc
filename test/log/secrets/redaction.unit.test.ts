// Tests which names and values are secret, and how they are redacted.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRedactor, secretsIn } from '../../../src/log/secrets/redaction.ts';
import { isSecretName } from '../../../src/log/secrets/secret-names.ts';
import { JsonSafeCopier } from '../../../src/log/write/json-safe.ts';

describe('secret names', () => {
  it('include every usual name of a secret', () => {
    const names = (
      'OPENAI_API_KEY apiKey x-api-key APIKey api_key2 authToken auth_token token Authorization proxy-authorization Cookie ' +
      'Set-Cookie password DB_PASSWORD db.passwd DB_PWD DB_PASS clientSecret client_secret AWS_SECRET_ACCESS_KEY private_key ' +
      'GITHUB_TOKEN refresh_token accessTokens credentials passphrase GITHUB_PAT sshKey SESSION_TOKEN'
    ).split(' ');
    expect(names.filter((name) => !isSecretName(name))).toEqual([]);
  });

  it('exclude names that only resemble them', () => {
    const names = (
      'author AUTHOR max_tokens input_tokens tokens total_tokens primary_key foreign_key sort_key output_key key keys monkey ' +
      'keyboard PWD OLDPWD pass compass SSH_AUTH_SOCK secretary token_count tokenizer next_page_token TOKEN_URL password_file ' +
      'AUTH_METHOD cookie_policy public_key XAUTHORITY path name GIT_AUTHOR_NAME'
    ).split(' ');
    expect(names.filter(isSecretName)).toEqual([]);
  });
});

describe('known secrets', () => {
  const env = {
    MY_API_KEY: 'va/l+u"e 42',
    SSH_AUTH_SOCK: '/tmp/ssh-XXXX/agent.1',
    GOOGLE_APPLICATION_CREDENTIALS: '/home/me/keys/file.json',
    SHORT_TOKEN: 'abcde',
    USE_TOKEN: 'true',
    TOKEN_PIN: '12345678',
    HOME: '/home/user',
    EMPTY_TOKEN: undefined,
  };
  const redactor = createRedactor({
    env,
    settings: { a: [{ client_secret: 'deep-secret' }] },
    secrets: { x: 'any-name' },
  });

  it('are replaced anywhere in a text', () => {
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

  it('do not include short values, numbers, booleans and paths', () => {
    const text = 'abcde true 12345678 /tmp/ssh-XXXX/agent.1 /home/me/keys/file.json /home/user';
    expect(redactor.redact(text)).toBe(text);
  });

  it('are found in the encoding of forms, and on one line', () => {
    const own = createRedactor({ secrets: { phrase: "it's (so)  rare!" } });
    const inForm = new URLSearchParams({ q: "it's (so)  rare!" }).toString();
    expect(own.redact(inForm)).toBe('q=<redacted:phrase>');
    expect(own.redact("now it's (so) rare! again")).toBe('now <redacted:phrase> again');
  });

  it('with several lines are found line by line', () => {
    const lines = ['first line of a key', 'second line of a key', 'short'];
    const own = createRedactor({ secrets: { key: lines.join('\n') } });
    expect(own.redact(`exit code 1: ${lines[1] ?? ''}`)).toBe('exit code 1: <redacted:key>');
    expect(own.redact('short')).toBe('short');
    expect(own.redact(lines.join('\n'))).toBe('<redacted:key>');
  });

  it('are found where a text was truncated', () => {
    const own = createRedactor({ secrets: { key: 'correct-horse-battery' } });
    expect(own.redact('output: correct-ho…')).toBe('output: <redacted:key>…');
    expect(own.redact('…se-battery, and more')).toBe('…<redacted:key>, and more');
    expect(own.redact('a corre… is no secret')).toBe('a corre… is no secret');
  });

  it('with dots that an address resolves replace nothing else', () => {
    const own = createRedactor({ secrets: { key: 'aaaaa\\..' } });
    expect(own.redact('plain')).toBe('plain');
    expect(own.redact('an aaaaa\\.. b')).toBe('an <redacted:key> b');
  });

  it('can be registered later', () => {
    const own = createRedactor();
    expect(own.redact('open sesame')).toBe('open sesame');
    own.registerSecret('magic words', 'open sesame');
    expect(own.version).toBe(1);
    expect(own.redact('open sesame')).toBe('<redacted:magic_words>');
    own.registerSecret('again', 'open sesame');
    own.registerSecret('tiny', 'x');
    expect(own.version).toBe(1);
  });

  it('that occur in a placeholder do not change it', () => {
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

  it('are collected from lists, from named values and from containers', () => {
    const settings = {
      api_keys: ['k-1', ['k-2'], { id: 'i-1' }],
      headers: [
        { name: 'x-api-key', value: 'h-1' },
        { name: 'accept', value: 'a-1' },
      ],
      credentials: { user: 'u-1', of: ['c-1'] },
    };
    expect(secretsIn(settings)).toEqual([
      ['api_keys', 'k-1'],
      ['api_keys', 'k-2'],
      ['x-api-key', 'h-1'],
      ['credentials', 'u-1'],
      ['credentials', 'c-1'],
    ]);
  });
});

describe('unusual encodings of a known secret', () => {
  const value = 'pA"5/w+ö &rd-<42>';
  const redactor = createRedactor({ secrets: { s: value } });
  const hexOf = (bytes: Buffer): string => bytes.toString('hex');
  const fold = (text: string, width: number, lineBreak: string): string =>
    (text.match(new RegExp(`.{1,${String(width)}}`, 'gu')) ?? []).join(lineBreak);
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/u, '');
  const little = Buffer.from(value, 'utf16le');
  const big = Buffer.from(little).swap16();
  const percent = hexOf(Buffer.from(value)).replace(/../gu, '%$&');
  const json = (levels: number): string =>
    Array.from({ length: levels }).reduce<string>((text) => JSON.stringify(text).slice(1, -1), value);
  const units = (prefix: string): string =>
    value.replace(/[^]/gu, (one) => `${prefix}${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

  it.each([
    ...[1, 2, 4, 7, 8, 15].map((width) => [`base64 in lines of ${String(width)}`, fold(base64, width, '\n')]),
    ['base64 in lines with returns', fold(base64, 8, '\r\n')],
    ['base64 in indented lines', fold(base64, 10, '\n    ')],
    ['base64 in lines, in JSON', fold(base64, 8, '\\n')],
    ['hexadecimal digits in lines of 8', fold(hexOf(Buffer.from(value)), 8, '\n')],
    ['every byte percent-encoded', percent],
    ['the same in upper case', percent.toUpperCase()],
    ['URL-encoded twice', encodeURIComponent(encodeURIComponent(value))],
    ['URL-encoded three times', encodeURIComponent(encodeURIComponent(encodeURIComponent(value)))],
    ['every byte percent-encoded, twice', percent.replaceAll('%', '%25')],
    ['UTF-16LE in base64', little.toString('base64')],
    ['UTF-16BE in base64', big.toString('base64')],
    ['UTF-16LE in base64 for URLs', little.toString('base64url')],
    ['UTF-16LE in hexadecimal digits', hexOf(little)],
    ['UTF-16BE in hexadecimal digits', hexOf(big).toUpperCase()],
    ['UTF-16LE in base64 lines of 10', fold(little.toString('base64'), 10, '\n')],
    ['JSON in JSON', json(2)],
    ['JSON in JSON in JSON', json(3)],
    ['JSON of escapes only', units('\\u')],
    ['JSON in JSON of escapes only', units('\\\\u')],
    ['JSON in a URL', encodeURIComponent(json(1))],
    ['a URL in a page', encodeURI(value).replaceAll('&', '&amp;')],
    [
      'HTML in HTML',
      value
        .replaceAll('&', '&amp;amp;')
        .replaceAll('"', '&amp;quot;')
        .replaceAll('<', '&amp;lt;')
        .replaceAll('>', '&amp;gt;'),
    ],
    ['numbers of HTML', Array.from(value, (one) => `&#${String(one.codePointAt(0))};`).join('')],
    [
      'hexadecimal numbers of HTML',
      Array.from(value, (one) => `&#x${(one.codePointAt(0) ?? 0).toString(16)};`).join(''),
    ],
  ])('are found: %s', (_, encoded) => {
    const redacted = redactor.redact(`before: ${encoded} after`);
    expect(redacted).toMatch(/^before: .{0,3}<redacted:s>[=A-Za-z0-9+/_-]{0,4} after$/u);
    expect(redactor.redact(redacted)).toBe(redacted);
  });

  it('stay where nothing is hidden in them', () => {
    const texts = [
      '%41%42%43%44',
      '\\u0041\\u0042',
      'a\nb\nc\nd',
      '&amp;&#65;',
      '50 %25 more',
      'YWJj\nZGVm\nZ2hp\nYWJj\nZGVm',
    ];
    expect(texts.map((text) => redactor.redact(text))).toEqual(texts);
  });

  it('are found by two names in one text', () => {
    const own = createRedactor({ secrets: { a: 'first "value"', b: 'second <value>' } });
    const text = encodeURIComponent(encodeURIComponent('x first "value" y second <value> z'));
    expect(own.redact(text)).toBe('x%2520<redacted:a>%2520y%2520<redacted:b>%2520z');
  });
});

describe('texts that look like a secret', () => {
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
  it.each(rows)('are redacted: %s', (text, expected) => {
    expect(redactor.redact(text)).toBe(expected);
    expect(redactor.redact(expected)).toBe(expected);
  });

  it('are kept where they only resemble one', () => {
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

describe('values under a secret name', () => {
  const copier = new JsonSafeCopier(createRedactor({ env: { API_KEY: 'known-value' } }));

  it('are replaced whole, except numbers and templates', () => {
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

  it('are replaced where the name is next to them, around them or in their path', () => {
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

  it('are replaced where the value was copied before without the name', () => {
    const kept = copier.keep({ session: 'abc' });
    expect(copier.copy({ op: 'add', path: ['cookies'], value: kept })).toEqual({
      op: 'add',
      path: ['cookies'],
      value: { session: '<redacted:cookies>' },
    });
  });
});

it('a secret at the cut of a long text leaves no part of it', () => {
  const copier = new JsonSafeCopier(createRedactor({ secrets: { s: 'first-half-second-half' } }));
  const text = copier.copy(
    `${'x'.repeat(1024 * 1024 - 80)}first-half-second-half${'y'.repeat(100)}`,
  ) as string;
  expect(text.includes('first-half')).toBe(false);
  expect(text.endsWith(' <cut: 1048618 bytes>')).toBe(true);
});

describe('large secrets', () => {
  const digits = (count: number): string =>
    Array.from({ length: count / 64 }, (_, index) =>
      createHash('sha256').update(String(index)).digest('hex'),
    ).join('');
  const pem = (count: number): string => {
    const lines = digits(count).match(/.{64}/gu) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
  };

  it.each([
    ['a key of 20 KB', digits(20_480)],
    ['a key of 100 KB', digits(102_400)],
    ['a bundle of 20 KB', pem(20_480)],
    ['a bundle of 100 KB', pem(102_400)],
  ])('are found in every encoding: %s', (_name, value) => {
    const redactor = createRedactor({ env: { BIG_SECRET: value, OTHER_KEY: 'abc-123-def' } });
    const forms = [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value).toString('hex'),
    ];
    for (const form of forms)
      expect(redactor.redact(`a ${form} b abc-123-def`)).toBe(
        'a <redacted:BIG_SECRET> b <redacted:OTHER_KEY>',
      );
    expect(redactor.redact(Buffer.from(value).toString('base64'))).toMatch(/^<redacted:BIG_SECRET>.{0,4}$/u);
    expect(redactor.redact('nothing in here')).toBe('nothing in here');
  });

  it('leave no long part where a text was cut', () => {
    const value = digits(20_480);
    const redactor = createRedactor({ secrets: { s: value } });
    expect(redactor.redact(`a ${value.slice(0, 10_000)}…`)).toBe('a <redacted:s>…');
    expect(redactor.redact(`…${value.slice(-10_000)} b`)).toBe('…<redacted:s> b');
    expect(redactor.redact(`…${value.slice(5_000, 8_000)}`)).toBe('…<redacted:s>');
  });

  it('and thousands of short ones are found too', () => {
    const redactor = createRedactor({});
    for (let index = 0; index < 5_000; index += 1) {
      redactor.registerSecret('s', `key-${String(index)}-xyz`);
      redactor.registerSecretScalar('n', 100_000 + index);
    }
    expect(redactor.redact('key-0-xyz key-4999-xyz 100000 104999 105000')).toBe(
      '<redacted:s> <redacted:s> <redacted:n> <redacted:n> 105000',
    );
    expect(redactor.redact('<redacted:s>')).toBe('<redacted:s>');
  });

  it('that occur in a placeholder do not change it', () => {
    const name = 'a-name-of-a-secret-that-is-a-secret-itself';
    const redactor = createRedactor({
      secrets: { [name]: name, big: digits(102_400), other: 'x'.repeat(30) },
    });
    expect(redactor.redact(`<redacted:${name}> ${name} ${'x'.repeat(30)}`)).toBe(
      `<redacted:${name}> <redacted:${name}> <redacted:other>`,
    );
  });
});
