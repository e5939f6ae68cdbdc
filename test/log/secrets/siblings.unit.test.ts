// Invariant: a secret is found in every form that programs write it in, and no other text is taken for it.
import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';

const SECRET = `p/ss+Wö'rd"9x<Lw4RbNq`;
const TAIL = 'Lw4RbNq';
const json = JSON.stringify(SECRET);
const bytes = Buffer.from(SECRET);
const hex = bytes.toString('hex');
const upper = (text: string): string =>
  text.replaceAll(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
const ascii = json.replaceAll(/[^ -~]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);

test.each([
  ['as it is', SECRET],
  ['in base64 for URLs', Buffer.from(`xy${SECRET}z`).toString('base64url')],
  ['in base64 behind a name', Buffer.from(`user:${SECRET}`).toString('base64')],
  ['in base64 of JSON', Buffer.from(JSON.stringify({ a: SECRET })).toString('base64')],
  ['in base64 of lines of 5', bytes.toString('base64').replaceAll(/.{5}/g, '$&\r\n')],
  ['in base64 of UTF-16', Buffer.from(SECRET, 'utf16le').toString('base64')],
  ['in digits of UTF-16', Buffer.from(SECRET, 'utf16le').toString('hex')],
  ['in a URL', encodeURIComponent(SECRET)],
  [
    'in a URL with small digits',
    encodeURIComponent(SECRET).replaceAll(/%../g, (escape) => escape.toLowerCase()),
  ],
  ['in a form', new URLSearchParams({ a: SECRET }).toString()],
  ['in a URL in a URL in a URL', encodeURIComponent(encodeURIComponent(encodeURIComponent(SECRET)))],
  ['in JSON in a URL', encodeURIComponent(JSON.stringify({ a: SECRET }))],
  ['in JSON with slashes escaped', json.replaceAll('/', '\\/')],
  ['in JSON of ASCII', ascii],
  ['in JSON of ASCII with large digits', upper(ascii)],
  ['in JSON in JSON in JSON', JSON.stringify(JSON.stringify(json))],
  ['in HTML that keeps single quotes', SECRET.replace('<', '&lt;').replace('"', '&quot;')],
  ['in HTML that keeps all quotes', SECRET.replace('<', '&lt;')],
  ['in HTML by number', SECRET.replaceAll(/[<"'ö]/g, (letter) => `&#${String(letter.charCodeAt(0))};`)],
  ['in HTML in JSON', JSON.stringify(SECRET.replace('<', '&lt;').replace('"', '&quot;'))],
  ['in CSV', `"${SECRET.replaceAll('"', '""')}"`],
  ['in SQL and YAML', `'${SECRET.replaceAll("'", "''")}'`],
  ['in single quotes of a shell', `'${SECRET.replaceAll("'", `'\\''`)}'`],
  ['in quotes of Python', `'${SECRET.replaceAll("'", "\\'")}'`],
  ['in bytes of Python', `b'${SECRET.replace('ö', '\\xc3\\xb6')}'`],
  ['in escapes of JavaScript', SECRET.replace('ö', '\\xf6').replace("'", '\\x27').replace('"', '\\x22')],
  ['in bytes of C', hex.replaceAll(/../g, '\\x$&')],
])('found %s', (_where, text) => {
  const redacted = createRedactor({ env: { APP_PASSWORD: SECRET } }).redact(`x ${text} y`);
  expect(redacted).toContain('<redacted:APP_PASSWORD>');
  expect(redacted).not.toContain(TAIL);
  expect([redacted.slice(0, 2), redacted.slice(-2)]).toEqual(['x ', ' y']);
});

test.each([
  '100% of %5Cusers, a\\xb, \\x4, &lt;b&gt;, &#9731;, C:\\\\xampp\\\\new, \\x41\\x42, \\xff\\xfe',
  "it''s ''quoted'', she said \"\"so\"\", '\\'' and \\'",
  'a'.repeat(100),
])('kept as it is: %j', (text) => {
  expect(createRedactor({ env: { APP_PASSWORD: SECRET } }).redact(text)).toBe(text);
});
