// Invariant: a secret is found in every form that programs write it in, and no other text is taken for it.
import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';

const SECRET = `p/ss+Wö'rd"9x<Lw4RbNq`;
const TAIL = 'Lw4RbNq';
const TOKEN = 'Qx7-correct-horse-zZ19';

function base32(of: Buffer): string {
  const bits = [...of].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{1,5}/g) ?? [];
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return digits.map((five) => letters.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('');
}

const json = JSON.stringify(SECRET);
const bytes = Buffer.from(SECRET);
const hex = bytes.toString('hex');
const upper = (text: string): string =>
  text.replaceAll(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
const pairs = hex.match(/../g) ?? [];
const numbers = (base: number, digits: number): string[] =>
  [...bytes].map((byte) => byte.toString(base).padStart(digits, '0'));
const entities = (write: (code: number) => string): string =>
  Array.from(SECRET)
    .map((letter) => write(letter.charCodeAt(0)))
    .join('');
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
  ['in pairs of digits', pairs.join(' ')],
  ['in pairs of digits with colons', pairs.join(':').toUpperCase()],
  ['in pairs of digits with dashes', pairs.join('-').toUpperCase()],
  ['in groups of digits, as by xxd', (hex.match(/.{1,4}/g) ?? []).join(' ')],
  ['in a buffer of Node', `<Buffer ${pairs.join(' ')}>`],
  ['in a list of C', `{ ${pairs.map((pair) => `0x${pair}`).join(', ')} }`],
  ['in a list of digits in quotes', JSON.stringify(pairs)],
  ['in a list of digits in single quotes', `['${pairs.join("', '")}']`],
  ['in a list of digits in JSON in JSON', JSON.stringify(JSON.stringify(pairs))],
  ['in a list of decimal digits in quotes', JSON.stringify(numbers(10, 1))],
  ['in a list of digits of C in quotes', JSON.stringify(pairs.map((pair) => `0x${pair}`))],
  ['in a list of numbers', JSON.stringify([...bytes])],
  ['in lines of numbers', numbers(10, 1).join('\n')],
  ['in octal escapes', numbers(8, 3).join('').replaceAll(/.{3}/g, '\\$&')],
  ['in octal numbers, as by od', numbers(8, 3).join(' ')],
  ['in binary numbers', numbers(2, 8).join(' ')],
  [
    'in codes of JavaScript',
    `String.fromCharCode(${Array.from(SECRET)
      .map((one) => one.charCodeAt(0))
      .join(',')})`,
  ],
  ['in base64 in a query', encodeURIComponent(Buffer.from(`~~${SECRET}?>`).toString('base64'))],
  ['in a word of bash', SECRET.replaceAll(/[ "'$&<>\\]/g, '\\$&')],
  ['in a pattern of JavaScript', SECRET.replaceAll(/[$()*+./?[\\\]^{|}-]/g, '\\$&')],
  ['in a pattern of Python', SECRET.replaceAll(/[ #$&()*+.?[\\\]^{|}~-]/g, '\\$&')],
  ['in braces of JavaScript', entities((code) => `\\u{${code.toString(16)}}`)],
  ['in code points', entities((code) => `U+${code.toString(16).padStart(4, '0')} `)],
  ['in HTML of numbers with zeros', entities((code) => `&#${String(code).padStart(7, '0')};`)],
  ['in HTML of numbers without an end', entities((code) => `&#${String(code)}`)],
  ['in a URL of escapes only', hex.replaceAll(/../g, '%$&')],
  ['in a URL with an escape that it need not have', SECRET.replace('L', '%4C')],
  ['in quoted-printable bytes', hex.toUpperCase().replaceAll(/../g, '=$&')],
  ['in quoted-printable text', SECRET.replace('ö', '=C3=B6')],
  ['in base32', base32(bytes)],
  ['in base32 with small letters', base32(bytes).toLowerCase()],
  [
    'in a pattern of Perl',
    SECRET.replaceAll(/[ -~]/g, (letter) => (/\w/.test(letter) ? letter : `\\${letter}`)),
  ],
  ['in a pattern of PHP', SECRET.replaceAll(/[.\\+*?[^\]$(){}=!<>|:#/-]/g, '\\$&')],
  ['in lines of quoted-printable text', `${SECRET.slice(0, 9)}=\n${SECRET.slice(9)}`],
  ['in base32 behind a name', base32(Buffer.from(`user:${SECRET}`))],
])('found %s', (_where, text) => {
  const redacted = createRedactor({ env: { APP_PASSWORD: SECRET } }).redact(`x ${text} y`);
  expect(redacted).toContain('<redacted:APP_PASSWORD>');
  expect(redacted).not.toContain(TAIL);
  expect([redacted.slice(0, 2), redacted.slice(-2)]).toEqual(['x ', ' y']);
});

/** Letters that older programs write as one byte, and that macOS writes as two characters. */
const LETTERS = `Größe_Café?=1"$\`<9&xÿZ`;
const named = Object.entries({
  '&': 'amp',
  '<': 'lt',
  '"': 'quot',
  ö: 'ouml',
  ß: 'szlig',
  é: 'eacute',
  ÿ: 'yuml',
});
const inWestern = Buffer.from(LETTERS, 'latin1');
const quoted = (text: Buffer, kept: RegExp): string =>
  [...text]
    .map(
      (byte) => [String.fromCharCode(byte), `=${byte.toString(16).toUpperCase().padStart(2, '0')}`] as const,
    )
    .map(([letter, digits]) => (kept.test(letter) ? letter : digits))
    .join('');

test.each([
  ['as it is', LETTERS],
  ['in composed letters', LETTERS.normalize('NFC')],
  ['in letters with accents of their own', LETTERS.normalize('NFD')],
  ['in base64 of letters with accents', Buffer.from(LETTERS.normalize('NFD')).toString('base64')],
  ['in JSON of letters with accents', JSON.stringify(LETTERS.normalize('NFD')).slice(1, -1)],
  [
    'in HTML with names',
    named.reduce((text, [letter, name]) => text.replaceAll(letter, `&${name};`), LETTERS),
  ],
  ['in base64 of Latin-1', Buffer.from(`user:${LETTERS}`, 'latin1').toString('base64')],
  ['in digits of Latin-1', inWestern.toString('hex')],
  ['in base64 of UTF-16', Buffer.from(LETTERS, 'utf16le').toString('base64')],
  ['in a URL of Latin-1', quoted(inWestern, /[\w.~-]/).replaceAll('=', '%')],
  ['in a mail of Latin-1', quoted(inWestern, /[ -<>-~]/)],
  ['in a word of a mail header', `=?UTF-8?Q?${quoted(Buffer.from(LETTERS), /[A-Za-z0-9!*+/-]/)}?=`],
  ['in a word of a mail header of Latin-1', `=?iso-8859-1?Q?${quoted(inWestern, /[A-Za-z0-9!*+/-]/)}?=`],
  [
    'in a word of a mail header that keeps more',
    `=?UTF-8?Q?${quoted(Buffer.from(LETTERS), /[!-<>@-^`-~]/)}?=`,
  ],
  ['in a word of a mail header in base64', `=?utf-8?B?${Buffer.from(LETTERS).toString('base64')}?=`],
  ['in double quotes of PowerShell', LETTERS.replaceAll(/["$`]/g, '`$&')],
  ['in a word of PowerShell', LETTERS.replaceAll(/["$`<&]/g, '`$&')],
])('a secret with other letters than ASCII is found %s', (_where, text) => {
  for (const secret of [LETTERS, LETTERS.normalize('NFD')]) {
    const redacted = createRedactor({ env: { APP_PASSWORD: secret } }).redact(`x ${text} y`);
    expect(redacted).toContain('<redacted:APP_PASSWORD>');
    expect(redacted).not.toMatch(/Caf|9&|xÿ|9=26/u);
    expect([redacted.slice(0, 2), redacted.slice(-2)]).toEqual(['x ', ' y']);
  }
});

test.each([
  'Größe Cafe, Grösse Café, Gr&ouml;&szlig;e, caf&eacute;, =?UTF-8?Q?Gr=C3=B6=C3=9Fe?=, Gr%F6%DFe, `$x',
  Buffer.from('Größe', 'latin1').toString('base64'),
  'a`"b`$c``d',
])('beside such a secret it is kept as it is: %j', (text) => {
  expect(createRedactor({ env: { APP_PASSWORD: LETTERS } }).redact(text)).toBe(text);
});

test.each([
  ['in lines of 8', TOKEN.replaceAll(/.{8}/g, '$&\n')],
  ['in lines of quoted-printable text', `${TOKEN.slice(0, 9)}=\r\n${TOKEN.slice(9)}`],
])('a token is found %s', (_where, text) => {
  expect(createRedactor({ env: { APP_PASSWORD: TOKEN } }).redact(`x ${text} y`)).toMatch(
    /^x <redacted:APP_PASSWORD>\s*y$/u,
  );
});

test.each([
  '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b, 2026-11-30 15:30:08, 115, 107, 45, 99, 12:34:56:78:9a:bc, 192 168 0 1',
  `${'73 6b 2d 70 '.repeat(12)}, ${'115,107,45,112,'.repeat(12)}, ${'\\163\\153\\055'.repeat(12)}`,
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  '100% of %5Cusers, a\\xb, \\x4, &lt;b&gt;, &#9731;, C:\\\\xampp\\\\new, \\x41\\x42, \\xff\\xfe',
  "it''s ''quoted'', she said \"\"so\"\", '\\'' and \\'",
  'a'.repeat(100),
])('kept as it is: %j', (text) => {
  expect(createRedactor({ env: { APP_PASSWORD: SECRET } }).redact(text)).toBe(text);
});
