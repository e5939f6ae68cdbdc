// Finds keys that an object in a JSON text has twice, which `JSON.parse` accepts silently: the last value wins.

export interface DuplicateKey {
  readonly key: string;
  /** Where the object is, such as `nodes[2].params`; empty for the outermost one. */
  readonly path: string;
  /** Offsets of both keys in the text, in UTF-16 units. */
  readonly first: number;
  readonly second: number;
}

interface Container {
  /** Offset of each key; undefined for a list. */
  readonly keys: Map<string, number> | undefined;
  /** Key or index of the member that is being read. */
  place: string | number;
  /** The next string is a key. */
  expectsKey: boolean;
}

/** The first duplicate keys of a valid JSON text, by their second places. */
export function findDuplicateKeys(text: string, most = Infinity): readonly DuplicateKey[] {
  const found: DuplicateKey[] = [];
  const open: Container[] = [];
  for (let at = 0; at < text.length && found.length < most; at += 1) {
    const character = text[at] ?? '';
    if (character === '{') open.push({ keys: new Map(), place: '', expectsKey: true });
    else if (character === '[') open.push({ keys: undefined, place: 0, expectsKey: false });
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',') startNextMember(open.at(-1));
    else if (character === '"') {
      const end = closingQuote(text, at);
      const duplicate = readString(text.slice(at, end + 1), at, open);
      if (duplicate !== undefined) found.push(duplicate);
      at = end;
    }
  }
  return found;
}

function startNextMember(container: Container | undefined): void {
  if (container === undefined) return;
  container.expectsKey = container.keys !== undefined;
  if (typeof container.place === 'number') container.place += 1;
}

function readString(literal: string, at: number, open: readonly Container[]): DuplicateKey | undefined {
  const container = open.at(-1);
  if (container?.keys === undefined || !container.expectsKey) return undefined;
  const key = JSON.parse(literal) as string;
  const first = container.keys.get(key);
  container.keys.set(key, first ?? at);
  container.place = key;
  container.expectsKey = false;
  return first === undefined ? undefined : { key, path: pathOf(open.slice(0, -1)), first, second: at };
}

/** Offset of the quote that ends the string which begins at `start`. */
export function closingQuote(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote >= 0) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

function pathOf(containers: readonly Container[]): string {
  return containers
    .map(({ place }) => (typeof place === 'number' ? `[${String(place)}]` : `.${place}`))
    .join('')
    .replace(/^\./u, '');
}
