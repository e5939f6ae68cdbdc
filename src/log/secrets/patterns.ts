// Redacts text that looks like a well-known kind of secret. One expression for all kinds, since every string of a log
// passes through it. Knows no values and no names of variables.
import { isSecretName } from './secret-names.ts';

/** Matches what replaces a secret; later passes leave it unchanged. */
export const PLACEHOLDER_PATTERN = '<redacted:[^<>]{1,80}>';

const PLACEHOLDER_START = '<redacted:';

interface Pattern {
  readonly name: string;
  readonly source: string;
  /** How much of the start of a match stays: `Bearer `, `://user:`. All of it: the match is no secret. */
  readonly kept?: (match: string) => number;
}

/** A prefix that no letter or digit precedes. Looking behind first would keep the engine from skipping characters. */
function wordStart(prefix: string): string {
  return `${prefix}(?<![A-Za-z0-9]${prefix})`;
}

const PATTERNS: readonly Pattern[] = [
  {
    name: 'private_key',
    source:
      '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)',
  },
  { name: 'anthropic_key', source: 'sk-ant-[A-Za-z0-9_-]{8,}' },
  { name: 'api_key', source: `${wordStart('sk-')}[A-Za-z0-9_-]{16,}` },
  { name: 'stripe_key', source: '[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9]{16,}' },
  { name: 'github_token', source: 'gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}' },
  { name: 'gitlab_token', source: 'glpat-[A-Za-z0-9_-]{16,}' },
  { name: 'slack_token', source: 'xox[abeoprs]-[A-Za-z0-9-]{8,}' },
  { name: 'aws_key', source: 'A[KS]IA[0-9A-Z]{16}' },
  { name: 'google_key', source: 'AIza[0-9A-Za-z_-]{30,}|ya29\\.[0-9A-Za-z_-]{20,}' },
  {
    name: 'provider_key',
    source: `${['hf_', 'gsk_', 'xai-'].map((prefix) => `${wordStart(prefix)}[A-Za-z0-9]{20,}`).join('|')}|${wordStart('npm_')}[A-Za-z0-9]{30,}`,
  },
  {
    name: 'jwt',
    source:
      'eyJ(?:(?<![A-Za-z0-9_-]eyJ)|(?<=\\\\[nrt]eyJ))[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?',
  },
  {
    name: 'bearer',
    source: '[Bb](?:earer|EARER)\\s{1,4}[A-Za-z0-9._~+/=-]{8,}',
    kept: keptOfScheme,
  },
  {
    name: 'basic_auth',
    source: '[Bb](?:asic|ASIC)\\s{1,4}[A-Za-z0-9+/=_-]{8,}',
    kept: keptOfScheme,
  },
  {
    name: 'url_password',
    source: ':\\/\\/[^\\s/:@"\'<>]{0,200}:[^\\s/"\'<>]{1,500}(?=@)',
    kept: keptOfAddress,
  },
];

/** The word itself is no password: it represents one, as in our own hints. */
function keptOfAddress(match: string): number {
  const start = match.indexOf(':', 3) + 1;
  return /^password$/i.test(match.slice(start)) ? match.length : start;
}

/** Words such as `Basic understanding` are no secret. A pattern that looked ahead for this would not be linear. */
function keptOfScheme(match: string): number {
  const scheme = /^\w{5,6}\s{1,4}/.exec(match)?.[0].length ?? 0;
  const token = match.slice(scheme);
  const isSecret = token.length >= 24 || /[0-9=]/.test(token) || hasLowerThenUpper(token);
  return isSecret ? scheme : match.length;
}

function hasLowerThenUpper(token: string): boolean {
  const lower = token.search(/[a-z]/);
  return lower >= 0 && /[A-Z]/.test(token.slice(lower + 1));
}

const ANY_PATTERN = new RegExp(
  `${PLACEHOLDER_PATTERN}|${PATTERNS.map(({ source }) => `(${source})`).join('|')}`,
  'g',
);
/** A part of each pattern. Most texts hold no such part, which is found out faster than that no pattern matches. */
const PART_OF_EACH =
  /sk-|k_live_|k_test_|whsec_|gh[pousr]_|_pat_|lpat-|xox|[KS]IA|Iza|ya29|hf_|gsk_|xai-|npm_|eyJ|earer\s|EARER\s|asic\s|ASIC\s|:\/\/|<redacted:|--BEGIN/;
const QUERY_VALUE = /([?&;]([\w.\-[\]%]{1,100})=)([^&;\s#"'<>\\]+)/g;
const SIGNATURES = /^(?:x-amz-|x-goog-)?(?:signature|sig|key)$/i;

/** Names in the placeholders of texts that look like a secret. */
export const PATTERN_NAMES: readonly string[] = PATTERNS.map(({ name }) => name);

/** Replaces everything that looks like a secret. `placeholderOf`: what replaces the value of a secret name. */
export function redactPatterns(
  text: string,
  placeholderOf: (name: string) => string = placeholderFor,
): string {
  const plain = PART_OF_EACH.test(text) ? text.replace(ANY_PATTERN, replacePattern) : text;
  if (!plain.includes('=') || !/[?&;]/.test(plain)) return plain;
  return plain.replace(QUERY_VALUE, (match, start: string, name: string) =>
    isSecretName(name) || SIGNATURES.test(name) ? start + placeholderOf(name) : match,
  );
}

function replacePattern(match: string, ...found: readonly unknown[]): string {
  const pattern = PATTERNS[found.findIndex((group) => group !== undefined)];
  // A placeholder matches no group; the first defined value is then the offset, beyond the last pattern.
  if (pattern === undefined) return replaceInPlaceholder(match);
  const kept = pattern.kept?.(match) ?? 0;
  return kept === match.length ? match : match.slice(0, kept) + placeholderFor(pattern.name);
}

/** A text of the user may look like a placeholder and hold a secret. */
function replaceInPlaceholder(match: string): string {
  const name = match.slice(PLACEHOLDER_START.length, -1);
  return PATTERN_NAMES.includes(name)
    ? match
    : `${PLACEHOLDER_START}${name.replace(ANY_PATTERN, replacePattern)}>`;
}

/** What replaces a secret with this name. */
export function placeholderFor(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 80);
  return `<redacted:${plain === '' ? 'secret' : plain}>`;
}
