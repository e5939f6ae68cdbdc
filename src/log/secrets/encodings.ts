// Lists the encodings in which a known value can appear in a text: as it is, on one line, in JSON, in a URL, each of
// its lines separately; and in base64 or hexadecimal digits.

/** Shorter lines of a multi-line value are too common to search for. */
const SHORTEST_LINE = 16;

/** Returns no form shorter than `shortest`. The set is empty when the value itself is shorter. */
export function encodingsOf(value: string, shortest: number): ReadonlySet<string> {
  const forms = new Set<string>();
  if (value.length < shortest) return forms;
  for (const text of [value, inAddress(value)]) {
    for (const form of [text, ...inJson(text)]) forms.add(form).add(onOneLine(form));
  }
  const encoders = [inUrl, inHtml, inQuotes, behindBackslashes, behindBackticks, inHeader];
  const others = [...encoders, ...(hasWesternLetters(value) ? WESTERN_ENCODERS : [])].flatMap((encode) =>
    encode(value),
  );
  const base64 = inBase64(Buffer.from(value)).flatMap(inQuery);
  for (const form of [...others, ...base64, inMail(value)]) forms.add(form);
  for (const line of value.split('\n')) if (line.trim().length >= SHORTEST_LINE) forms.add(line.trim());
  // The dots of a path in an address are resolved, which may leave nothing of the value.
  return new Set([...forms].filter((form) => form.length >= shortest));
}

/** Encodings as base64 and hexadecimal digits, which may be broken into lines anywhere. */
export function binaryEncodingsOf(value: string): readonly string[] {
  const inText = JSON.stringify(value).slice(1, -1);
  return [value, ...(inText === value ? [] : [inText])].flatMap((text) => {
    const western = hasWesternLetters(text) ? [Buffer.from(text, 'latin1')] : [];
    return [Buffer.from(text), ...western].flatMap((bytes) => {
      const hex = bytes.toString('hex');
      return [...inBase64(bytes), hex, hex.toUpperCase()];
    });
  });
}

/** Spellings that look the same: `é` as one character, or as `e` and an accent, as macOS writes names. */
export function spellingsOf(value: string): ReadonlySet<string> {
  return new Set(isAscii(value) ? [value] : [value, value.normalize('NFC'), value.normalize('NFD')]);
}

function isAscii(value: string): boolean {
  return /^[\0-\x7f]*$/.test(value);
}

/** Letters that older programs write as one byte each, and HTML has names for. */
function hasWesternLetters(value: string): boolean {
  return /[\xa0-\xff]/.test(value) && /^[\x00-\xff]*$/.test(value);
}

/** As Windows writes it: two bytes for a character, in either order. */
export function wideEncodingsOf(value: string): readonly string[] {
  const little = Buffer.from(value, 'utf16le');
  return [little, Buffer.from(little).swap16()].flatMap((bytes) => {
    const hex = bytes.toString('hex');
    return [...inBase64(bytes), hex, hex.toUpperCase()];
  });
}

/** As in a message that quotes a text on one line. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}

/** As encoders of several languages write it: with `/` as `\/`, and other characters than ASCII as `\u00e9`. */
function inJson(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const ascii = plain.replaceAll(/[^\u0020-\u007e]/g, unicodeEscape);
  const html = plain.replaceAll(/[<>&]/g, unicodeEscape);
  // As PHP writes JSON that goes into an attribute of HTML.
  const attribute = ascii.replaceAll('\\"', '\\u0022').replaceAll(/[<>&']/g, unicodeEscape);
  const escaped = [ascii, attribute];
  const upper = escaped.map((form) => form.replaceAll(/\\u[0-9a-f]{4}/g, upperDigits));
  const forms = [plain, html, ...escaped, ...upper];
  const all = [...forms, ...forms.map((form) => form.replaceAll('/', '\\/'))];
  return [...new Set([...all, ...all.map((form) => JSON.stringify(form).slice(1, -1))])];
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function upperDigits(escape: string): string {
  return `\\u${escape.slice(2).toUpperCase()}`;
}

/** As in a page that quotes it. */
function inHtml(value: string): readonly string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = ["'", '&#39;', '&#x27;', '&#039;', '&apos;'].map((quote) =>
    text.replaceAll('"', '&quot;').replaceAll("'", quote),
  );
  return [text, ...quoted];
}

/** As quoted-printable text: the bytes that are not ASCII, and `=`. */
function inMail(value: string): string {
  return value.replaceAll(/[^ -<>-~]/gu, (character) => digitsOf(character, '=', 'utf8'));
}

/** As between quotes in CSV, SQL and YAML, in a shell and in Python. */
function inQuotes(value: string): readonly string[] {
  const quotes = ['""', "''", `'\\''`, "\\'", `'"'"'`];
  return quotes.map((quote) => value.replaceAll(quote.includes("'") ? "'" : '"', quote));
}

/** As in double quotes of PowerShell, and as a word of it. */
function behindBackticks(value: string): readonly string[] {
  const special = /[ "#$&'(),;<>@`{|}]/g;
  return value.search(special) < 0 ? [] : [/["$`]/g, special].map((each) => value.replaceAll(each, '`$&'));
}

/** What encoders of words of a mail header keep: some of them few characters, others all that they may. */
const KEPT_IN_HEADERS = [/[^\w!*+/-]|_/gu, /[^ -<>@-^`-~]/gu];

/** Encodes a word of a mail header: `=?UTF-8?Q?caf=C3=A9?=`. Text of ASCII is written as it is. */
function inHeader(value: string): readonly string[] {
  return isAscii(value) ? [] : headerWords(value, 'utf8');
}

function headerWords(value: string, charset: 'utf8' | 'latin1'): readonly string[] {
  return KEPT_IN_HEADERS.map((special) =>
    value
      .replaceAll(special, (text) => (text === ' ' ? text : digitsOf(text, '=', charset)))
      .replaceAll(' ', '_'),
  );
}

/** The bytes of a text as digits, each behind a mark: `%C3%A9`. */
function digitsOf(text: string, mark: '=' | '%', charset: 'utf8' | 'latin1'): string {
  return [...Buffer.from(text, charset)]
    .map((byte) => `${mark}${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

/** The names of the characters from 160 to 255. */
const ENTITIES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'.split(
    ' ',
  );

/** As in a page that names its letters. */
function inNamedEntities(value: string): readonly string[] {
  return inHtml(value).map((form) =>
    form.replaceAll(/[\xa0-\xff]/g, (letter) => `&${ENTITIES[letter.charCodeAt(0) - 0xa0] ?? ''};`),
  );
}

/** As in a URL and in a mail of one byte for a letter. */
function inWesternBytes(value: string): readonly string[] {
  const strict = value.replaceAll(/[^\w.~-]/g, (text) => digitsOf(text, '%', 'latin1'));
  const loose = value.replaceAll(/[\xa0-\xff]/g, (text) => digitsOf(text, '%', 'latin1'));
  const inUrls = [strict, strict.replaceAll('%20', '+'), strict.replaceAll('%2F', '/'), loose];
  const mail = value.replaceAll(/[^ -<>-~]/g, (text) => digitsOf(text, '=', 'latin1'));
  return [...inUrls, ...inUrls.map(lowerHex), mail, ...headerWords(value, 'latin1')];
}

const WESTERN_ENCODERS = [inNamedEntities, inWesternBytes];

/** What gets a backslash from bash (`printf %q`), and from escapers of patterns. */
const ESCAPED = [
  /[ !"$&'()*,;<>?[\\\]^`{|}]/g,
  /[$()*+./?[\\\]^{|}-]/g,
  /[ #$&()*+.?[\\\]^{|}~-]/g,
  /[$()*+.?[\\\]^{|}]/g,
  // `quotemeta` of Perl, `preg_quote` of PHP and `Shellwords.escape` of Ruby.
  /[^\w\u0080-\uffff]/g,
  /[!#$()*+./:<=>?[\\\]^{|}-]/g,
  /[^\w\n+,./:@\u0080-\uffff-]/g,
];

/** As a word of a shell, or as a pattern. */
function behindBackslashes(value: string): readonly string[] {
  return ESCAPED.map((special) => value.replaceAll(special, '\\$&'));
}

/** As encoders of several languages write it: with `/` kept, spaces as `+`, and few or many characters kept. */
function inUrl(value: string): readonly string[] {
  // Lone surrogates have no form in a URL; as bytes they become U+FFFD.
  const whole = Buffer.from(value).toString();
  const encoded = encodeURIComponent(whole);
  const strict = encoded.replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const query = new URLSearchParams([['', whole]]).toString().slice(1);
  const forms = [encoded, strict].flatMap((form) => [form, form.replaceAll('%2F', '/')]);
  const withPlus = [...forms, encodeURI(whole)].flatMap((form) => [form, form.replaceAll('%20', '+')]);
  const all = [...withPlus, query];
  return [...all, ...all.map(lowerHex)];
}

/** As in a URL that the value was pasted into without encoding. */
function inAddress(value: string): string {
  const start = 'http://h/';
  return new URL(start + value).href.slice(start.length);
}

function lowerHex(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
}

/** Base64 depends on the preceding bytes: three shifts, without the characters shared with neighbours. */
function inBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const core = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** As a value of a query: the two characters that are no letters are encoded. */
function inQuery(base64: string): readonly string[] {
  const plus = base64.replaceAll('+', '%2B');
  const forms = [plus, plus.replaceAll('/', '%2F')].filter((form) => form !== base64);
  return [...forms, ...forms.map(lowerHex)];
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Base32 depends on the preceding bytes: five shifts, without the characters shared with neighbours. In large and in
 * small letters.
 */
export function base32EncodingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2, 3, 4].flatMap((shift) => {
    const text = base32Of(Buffer.concat([Buffer.alloc(shift), bytes]));
    const core = text.slice(Math.ceil((shift * 8) / 5), Math.floor(((shift + bytes.length) * 8) / 5));
    return [core, core.toLowerCase()];
  });
}

function base32Of(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32.charAt((value >>> (bits - 5)) & 31);
  }
  return text;
}
