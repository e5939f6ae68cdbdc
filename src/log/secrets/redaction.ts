// Redacts texts before they reach a log: known secret values, text that looks like a secret, and values under a secret
// name. Knows no events.
import { encodingsOf } from './encodings.ts';
import { PLACEHOLDER_PATTERN, placeholderFor, redactPatterns } from './patterns.ts';
import { isSecretName } from './secret-names.ts';

/** Replaces secrets in texts. */
export interface Redactor {
  /** Replaces every secret by `<redacted:NAME>`. Redacting the result again changes nothing. */
  redact(text: string): string;
  /** Redacts the value of a member called `name`; replaces it whole if secret. */
  redactNamed(name: string, text: string): string;
  /** Makes a value secret from here on. Values shorter than 6 characters are not searched for. */
  registerSecret(name: string, value: string): void;
  /** Increases with each new secret: earlier results may then show it. */
  readonly version: number;
}

/** The secrets that a redactor knows from the start. */
export interface KnownSecrets {
  /** Only variables with a secret name are used, except numbers and `true`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Settings, params, inputs: searched at every depth for secret names. */
  readonly settings?: unknown;
  /** Values that are secret under any name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Shorter values, and shorter parts of truncated ones, occur in ordinary words. */
const MIN_LENGTH = 6;
const CACHED_LENGTH = 80;
const CACHE_LIMIT = 4_096;
const CUT_MARK = '…';
const NOT_SECRET = /^\s*(?:[+-]?\d+(?:\.\d+)?|true|false|yes|no|on|off|null|none)\s*$/i;
const PATH_LIKE = /^(?:~|\.{1,2})?\/[\w .@:-]+(?:\/[\w .@:-]+)+\/?$/;
const WHOLE_PLACEHOLDER = new RegExp(`^${PLACEHOLDER_PATTERN}$`);
/** Leaves templates such as `Bearer ${token}` as they are. Redacted, a workflow could not be read from its log. */
const TEMPLATE_ONLY = /^\s*(?:[A-Za-z]+\s+)?\$\{[^{}]*\}\s*$/;

/** Creates a redactor that knows the secrets of an environment, of settings and by value. Never throws. */
export function createRedactor(known: KnownSecrets = {}): Redactor {
  /** What replaces each encoding of each secret. */
  const placeholders = new Map<string, string>();
  const redacted = new Map<string, string>();
  let search: RegExp | undefined;
  let version = 0;

  const registerSecret = (name: string, value: string): void => {
    const { size } = placeholders;
    for (const encoding of encodingsOf(value.trim(), MIN_LENGTH)) {
      if (!placeholders.has(encoding)) placeholders.set(encoding, placeholderFor(name));
    }
    if (placeholders.size === size) return;
    version += 1;
    search = undefined;
    redacted.clear();
  };
  const redactUncached = (text: string): string => {
    if (placeholders.size === 0) return redactPatterns(text);
    search ??= searchFor([...placeholders.keys()]);
    const plain = text.replace(search, (match) => placeholders.get(match) ?? match);
    return redactPatterns(plain.includes(CUT_MARK) ? redactTruncated(plain, placeholders) : plain);
  };
  const redact = (text: string): string => {
    if (text.length < MIN_LENGTH) return text;
    if (text.length > CACHED_LENGTH) return redactUncached(text);
    const cached = redacted.get(text);
    if (cached !== undefined) return cached;
    if (redacted.size >= CACHE_LIMIT) redacted.clear();
    const result = redactUncached(text);
    redacted.set(text, result);
    return result;
  };
  const redactNamed = (name: string, text: string): string => {
    const result = redact(text);
    if (!isSecretName(name) || text === '' || TEMPLATE_ONLY.test(text)) return result;
    return WHOLE_PLACEHOLDER.test(result) ? result : placeholderFor(name);
  };

  for (const [name, value] of Object.entries(known.secrets ?? {})) registerSecret(name, value);
  const env = known.env ?? {};
  // Reading a variable of the process is slow: only those that may matter.
  for (const name of Object.keys(env).filter(isSecretName)) {
    const value = env[name];
    if (value !== undefined && !isHarmless(name, value)) registerSecret(name, value);
  }
  for (const [name, value] of secretsIn(known.settings)) registerSecret(name, value);
  return {
    redact,
    redactNamed,
    registerSecret,
    get version() {
      return version;
    },
  };
}

/** Finds all strings under a secret name in a plain value. Returns pairs of name and string. */
export function secretsIn(value: unknown, depth = 0): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member !== 'string') return secretsIn(member, depth + 1);
    return isSecretName(name) && !isHarmless(name, member) && !TEMPLATE_ONLY.test(member)
      ? [[name, member] as const]
      : [];
  });
}

function isHarmless(name: string, value: string): boolean {
  // The path of a credentials file is not a secret; only such names count, since a key may begin with a slash.
  return NOT_SECRET.test(value) || (/auth$|credentials?$|cookies?$/i.test(name) && PATH_LIKE.test(value));
}

function searchFor(values: readonly string[]): RegExp {
  const longestFirst = [...values].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((value) => value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`${PLACEHOLDER_PATTERN}|${escaped.join('|')}`, 'g');
}

/** Redacts partial secrets where a text was truncated with `…`: such a part is not a known value any more. */
function redactTruncated(text: string, placeholders: ReadonlyMap<string, string>): string {
  const parts = text.split(CUT_MARK);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      const start = index === 0 ? part : redactStart(part, placeholders);
      return index === last ? start : redactEnd(start, placeholders);
    })
    .join(CUT_MARK);
}

/** Redacts the first part of a secret at the end of a text. */
function redactEnd(text: string, placeholders: ReadonlyMap<string, string>): string {
  for (const [encoding, replacement] of placeholders) {
    const begins = encoding.slice(0, MIN_LENGTH);
    const earliest = Math.max(0, text.length - encoding.length);
    for (let at = text.indexOf(begins, earliest); at >= 0; at = text.indexOf(begins, at + 1)) {
      if (encoding.startsWith(text.slice(at))) return text.slice(0, at) + replacement;
    }
  }
  return text;
}

/** Redacts the last part of a secret at the start of a text. */
function redactStart(text: string, placeholders: ReadonlyMap<string, string>): string {
  for (const [encoding, replacement] of placeholders) {
    const ends = encoding.slice(-MIN_LENGTH);
    const window = text.slice(0, encoding.length);
    for (let at = window.lastIndexOf(ends); at >= 0; at = at === 0 ? -1 : window.lastIndexOf(ends, at - 1)) {
      const piece = window.slice(0, at + MIN_LENGTH);
      if (encoding.endsWith(piece)) return replacement + text.slice(piece.length);
    }
  }
  return text;
}
