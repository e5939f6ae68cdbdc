// Lists the encodings in which a known value can appear in a text: as it is, on one line, in JSON, in a URL, in base64,
// and each of its lines separately.

/** Shorter lines of a multi-line value are too common to search for. */
const SHORTEST_LINE = 16;

/** Returns no form shorter than `shortest`. The set is empty when the value itself is shorter. */
export function encodingsOf(value: string, shortest: number): ReadonlySet<string> {
  const forms = new Set<string>();
  if (value.length < shortest) return forms;
  for (const text of [value, inAddress(value)]) {
    const escaped = inJson(text);
    for (const form of [text, escaped, inJson(escaped)]) forms.add(form).add(onOneLine(form));
  }
  const encoded = inUrl(value);
  forms.add(encoded).add(encoded.replaceAll('%20', '+')).add(lowerHex(encoded)).add(inQuery(value));
  for (const line of value.split('\n')) if (line.trim().length >= SHORTEST_LINE) forms.add(line.trim());
  for (const form of inBase64(value)) if (form.length > shortest) forms.add(form);
  return forms;
}

/** As in a message that quotes a text on one line. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function inUrl(value: string): string {
  // Lone surrogates have no form in a URL; as bytes they become U+FFFD.
  return encodeURIComponent(Buffer.from(value).toString());
}

/** As `URLSearchParams` and forms write it. */
function inQuery(value: string): string {
  return new URLSearchParams([['', Buffer.from(value).toString()]]).toString().slice(1);
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
function inBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const core = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
