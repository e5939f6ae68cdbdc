// Redacts texts before they reach a log: known secret values, text that looks like a secret, and values under a secret
// name. Knows no events.
import { base32EncodingsOf, binaryEncodingsOf, encodingsOf, spellingsOf } from './encodings.ts';
import { PATTERN_NAMES, PLACEHOLDER_PATTERN, placeholderFor, redactPatterns } from './patterns.ts';
import { isIdentifierName, isSecretName, memberNames } from './secret-names.ts';
import { MIN_LENGTH, SecretSearch } from './secret-search.ts';

/** Replaces secrets in texts. */
export interface Redactor {
  /** Replaces every secret by `<redacted:NAME>`. Redacting the result again changes nothing. */
  redact(text: string): string;
  /** Redacts the value of a member called `name`; replaces it whole if secret. */
  redactNamed(name: string, text: string): string;
  /** Redacts a key of an object. Secrets that are plain words stay: most keys are plain words. */
  redactKey(key: string): string;
  /** Redacts an id or a fixed word. Only secrets that look random are replaced: others may be a word of ours. */
  redactIdentifier(text: string): string;
  /** Returns the number itself, unless it was registered as a secret. */
  redactNumber(value: number): number | string;
  /** Makes a value secret from here on. Values shorter than 6 characters are not searched for. */
  registerSecret(name: string, value: string): void;
  /**
   * Makes a number or a text of any length secret. From 3 characters on it is found in a text as a word of its own,
   * shorter ones only as the whole text.
   */
  registerSecretScalar(name: string, value: string | number | bigint): void;
  /** Increases with each new secret: earlier results may then show it. */
  readonly version: number;
}

/** The secrets that a redactor knows from the start. */
export interface KnownSecrets {
  /** Only variables with a secret name are used, except numbers and `true`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Names of further variables that are secret, whatever their names. */
  readonly variables?: readonly string[];
  /** Settings, params, inputs: searched at every depth for secret names. */
  readonly settings?: unknown;
  /** Values that are secret under any name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const CACHED_LENGTH = 80;
const CACHE_LIMIT = 4_096;
const SHORTEST_WORD = 3;
const PLAIN_WORD = /^[A-Za-z_]{1,24}$/;
const NOT_SECRET = /^\s*(?:[+-]?\d+(?:\.\d+)?|true|false|yes|no|on|off|null|none)\s*$/i;
const PATH_LIKE = /^(?:~|\.{1,2})?\/[\w .@:-]+(?:\/[\w .@:-]+)+\/?$/;
const WHOLE_PLACEHOLDER = new RegExp(`^${PLACEHOLDER_PATTERN}$`);
/** Leaves templates such as `Bearer ${token}` as they are. Redacted, a workflow could not be read from its log. */
const TEMPLATE_ONLY = /^\s*(?:[A-Za-z]+\s+)?\$\{[^{}]*\}\s*$/;

/** A word such as `user`, which occurs in many places. */
export function isPlainWord(text: string): boolean {
  return PLAIN_WORD.test(text);
}

/** Creates a redactor that knows the secrets of an environment, of settings and by value. Never throws. */
export function createRedactor(known: KnownSecrets = {}): Redactor {
  const redactor = new SecretRedactor();
  for (const [name, value] of Object.entries(known.secrets ?? {})) redactor.registerSecret(name, value);
  const env = known.env ?? {};
  // Reading a variable of the process is slow: only those that may matter.
  for (const name of Object.keys(env).filter(isSecretName)) {
    const value = env[name];
    if (value !== undefined && !isHarmless(name, value)) redactor.registerSecret(name, value);
  }
  for (const name of known.variables ?? []) {
    const value = env[name];
    if (value !== undefined) redactor.registerSecret(name, value);
  }
  for (const [name, value] of secretsIn(known.settings)) redactor.registerSecret(name, value);
  return redactor;
}

class SecretRedactor implements Redactor {
  version = 0;
  private readonly names = new Set<string>(PATTERN_NAMES);
  private readonly isKnown = (name: string): boolean => this.names.has(name);
  private readonly content = new SecretSearch(this.isKnown);
  private readonly keys = new SecretSearch(this.isKnown);
  private readonly identifiers = new SecretSearch(this.isKnown);
  /** Short secrets and numbers, by their text. */
  private readonly exact = new Map<string, string>();
  private readonly redacted = new Map<string, string>();

  redact(text: string): string {
    // A lookup would hash every long text.
    const exact = this.exact.size > 0 ? this.exact.get(text) : undefined;
    if (exact !== undefined) return exact;
    if (text.length < (this.exact.size > 0 ? SHORTEST_WORD : MIN_LENGTH)) return text;
    if (text.length > CACHED_LENGTH) return this.redactUncached(text);
    const cached = this.redacted.get(text);
    if (cached !== undefined) return cached;
    if (this.redacted.size >= CACHE_LIMIT) this.redacted.clear();
    const result = this.redactUncached(text);
    this.redacted.set(text, result);
    return result;
  }

  redactNamed(name: string, text: string): string {
    if (isIdentifierName(name)) return this.redactWith(this.keys, text);
    const result = this.redact(text);
    if (!isSecretName(name) || text === '' || TEMPLATE_ONLY.test(text)) return result;
    if (WHOLE_PLACEHOLDER.test(result) && this.isKnown(result.slice('<redacted:'.length, -1))) return result;
    return this.placeholderOf(name);
  }

  redactKey(key: string): string {
    return isPlainWord(key) || key.length < MIN_LENGTH ? key : this.redactWith(this.keys, key);
  }

  redactIdentifier(text: string): string {
    return looksRandom(text) ? this.redactWith(this.identifiers, text) : text;
  }

  redactNumber(value: number): number | string {
    return this.exact.size === 0 ? value : (this.exact.get(String(value)) ?? value);
  }

  registerSecret(name: string, value: string): void {
    let isNew = false;
    for (const spelling of spellingsOf(value.trim())) {
      const forms = encodingsOf(spelling, MIN_LENGTH);
      if (forms.size === 0) continue;
      const placeholder = this.placeholderOf(name);
      for (const search of this.searchesFor(spelling)) {
        isNew = addForms(search, { value: spelling, forms, placeholder }) || isNew;
      }
    }
    if (isNew) this.renew();
  }

  registerSecretScalar(name: string, value: string | number | bigint): void {
    const text = String(value);
    if (text.trim() === '') return;
    if (typeof value === 'string') this.registerSecret(name, value);
    if (this.exact.has(text)) return;
    const placeholder = this.placeholderOf(name);
    this.exact.set(text, placeholder);
    const isWord = text.length >= SHORTEST_WORD && (text.length < MIN_LENGTH || typeof value !== 'string');
    if (isWord) this.content.addWord(text, placeholder);
    if (typeof value !== 'string' && text.length >= MIN_LENGTH)
      addBinaryForms(this.content, text, placeholder);
    this.renew();
  }

  private searchesFor(value: string): readonly SecretSearch[] {
    if (isPlainWord(value)) return [this.content];
    return looksRandom(value) ? [this.content, this.keys, this.identifiers] : [this.content, this.keys];
  }

  private redactUncached(text: string): string {
    return this.redactWith(this.content, text);
  }

  private redactWith(search: SecretSearch, text: string): string {
    return redactPatterns(search.replace(text), (name) => this.placeholderOf(name));
  }

  private placeholderOf(name: string): string {
    const placeholder = placeholderFor(name);
    if (this.names.size < CACHE_LIMIT) this.names.add(placeholder.slice('<redacted:'.length, -1));
    return placeholder;
  }

  private renew(): void {
    this.version += 1;
    this.redacted.clear();
  }
}

interface SecretForms {
  readonly value: string;
  readonly forms: ReadonlySet<string>;
  readonly placeholder: string;
}

/** Returns whether one of the forms was new. */
function addForms(search: SecretSearch, { value, forms, placeholder }: SecretForms): boolean {
  const added = [
    ...[...forms].map((form) => search.add(form, placeholder)),
    ...addBinaryForms(search, value, placeholder),
    ...base32EncodingsOf(value)
      .filter(isLong)
      .map((form) => search.addBase32(form, placeholder)),
    search.addValue(value, placeholder),
  ];
  return added.includes(true);
}

function addBinaryForms(search: SecretSearch, value: string, placeholder: string): readonly boolean[] {
  return binaryEncodingsOf(value)
    .filter(isLong)
    .map((form) => search.addBinary(form, placeholder));
}

function isLong(form: string): boolean {
  return form.length > MIN_LENGTH;
}

/** As generated keys look, and the words of a log do not. */
function looksRandom(text: string): boolean {
  return text.length >= 12 && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}

/**
 * Finds the strings that have a secret name in a plain value, also in lists. Returns pairs of name and string. `name`
 * is the key of the value itself. The names are those by which a log is redacted: see `memberNames`.
 */
export function secretsIn(value: unknown, name?: string, depth = 0): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return isSecretText(name, value) ? [[name, value]] : [];
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, name, depth + 1));
  const nameOf = memberNames(value, name);
  return Object.entries(value).flatMap(([key, member]) => secretsIn(member, nameOf(key), depth + 1));
}

function isSecretText(name: string | undefined, value: string): name is string {
  if (name === undefined || !isSecretName(name)) return false;
  return !isHarmless(name, value) && !TEMPLATE_ONLY.test(value);
}

function isHarmless(name: string, value: string): boolean {
  // The path of a credentials file is not a secret; only such names count, since a key may begin with a slash.
  return NOT_SECRET.test(value) || (/auth$|credentials?$|cookies?$/i.test(name) && PATH_LIKE.test(value));
}
