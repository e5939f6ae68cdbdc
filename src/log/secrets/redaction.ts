// Redacts texts before they reach a log: known secret values, text that looks like a secret, and values under a secret
// name. Knows no events.
import { redactTruncated } from './truncated-secrets.ts';
import { encodingsOf } from './encodings.ts';
import { namesSecret } from './secret-names.ts';
import { PLACEHOLDER, placeholderName, redactPatterns } from './patterns.ts';

export interface Redactor {
  /** The text with every secret replaced by `<redacted:NAME>`. Doing it twice changes nothing more. */
  text(text: string): string;
  /** Redacts the value of a member called `name`: replaced whole when the name is secret. */
  named(name: string, text: string): string;
  /** Makes a value secret from here on. Values shorter than 6 characters are not searched for. */
  registerSecret(name: string, value: string): void;
  /** Increases with each new secret: earlier results may then show it. */
  readonly version: number;
}

export interface KnownSecrets {
  /** Only variables with a secret name are used, and of those no numbers and no `true`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Settings, params, inputs: searched at every depth for secret names. */
  readonly settings?: unknown;
  /** Secrets whatever they are called. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Shorter values would be found inside ordinary words. */
const SHORTEST = 6;
const CACHED_LENGTH = 80;
const CACHE_LIMIT = 4_096;
const NO_SECRET = /^\s*(?:[+-]?\d+(?:\.\d+)?|true|false|yes|no|on|off|null|none)\s*$/i;
const PATH_LIKE = /^(?:~|\.{1,2})?\/[\w .@:-]+(?:\/[\w .@:-]+)+\/?$/;
const WHOLE_PLACEHOLDER = new RegExp(`^${PLACEHOLDER}$`);
/** A template such as `Bearer ${token}` is not a secret; redacted, a workflow could not be read from its log. */
const TEMPLATE_ONLY = /^\s*(?:[A-Za-z]+\s+)?\$\{[^{}]*\}\s*$/;

export function createRedactor(known: KnownSecrets = {}): Redactor {
  const names = new Map<string, string>();
  const clean = new Map<string, string>();
  let search: RegExp | undefined;
  let version = 0;

  const registerSecret = (name: string, value: string): void => {
    const size = names.size;
    for (const form of encodingsOf(value.trim(), SHORTEST)) {
      if (!names.has(form)) names.set(form, `<redacted:${placeholderName(name)}>`);
    }
    if (names.size === size) return;
    version += 1;
    search = undefined;
    clean.clear();
  };
  const redact = (text: string): string => {
    if (names.size === 0) return redactPatterns(text);
    search ??= searchFor([...names.keys()]);
    const plain = text.replace(search, (match) => names.get(match) ?? match);
    return redactPatterns(plain.includes('…') ? redactTruncated(plain, names) : plain);
  };
  const text = (given: string): string => {
    if (given.length < SHORTEST) return given;
    if (given.length > CACHED_LENGTH) return redact(given);
    const before = clean.get(given);
    if (before !== undefined) return before;
    if (clean.size >= CACHE_LIMIT) clean.clear();
    const result = redact(given);
    clean.set(given, result);
    return result;
  };
  const named = (name: string, given: string): string => {
    const result = text(given);
    if (!namesSecret(name) || given === '' || TEMPLATE_ONLY.test(given)) return result;
    return WHOLE_PLACEHOLDER.test(result) ? result : `<redacted:${placeholderName(name)}>`;
  };

  for (const [name, value] of Object.entries(known.secrets ?? {})) registerSecret(name, value);
  const env = known.env ?? {};
  // Reading a variable of the process is slow: only those that may matter.
  for (const name of Object.keys(env).filter(namesSecret)) {
    const value = env[name];
    if (value !== undefined && !isPlain(name, value)) registerSecret(name, value);
  }
  for (const [name, value] of secretsIn(known.settings)) registerSecret(name, value);
  return {
    text,
    named,
    registerSecret: registerSecret,
    get version() {
      return version;
    },
  };
}

/** All strings under a secret name in a plain value, with the name. */
export function secretsIn(value: unknown, depth = 0): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member !== 'string') return secretsIn(member, depth + 1);
    return namesSecret(name) && !isPlain(name, member) && !TEMPLATE_ONLY.test(member)
      ? [[name, member] as const]
      : [];
  });
}

function isPlain(name: string, value: string): boolean {
  // A file that holds credentials is no secret; a key may well begin with a slash.
  return NO_SECRET.test(value) || (/auth$|credentials?$|cookies?$/i.test(name) && PATH_LIKE.test(value));
}

function searchFor(values: readonly string[]): RegExp {
  const longestFirst = [...values].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((value) => value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`${PLACEHOLDER}|${escaped.join('|')}`, 'g');
}
