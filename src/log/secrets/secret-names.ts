// Decides whether a name is that of a secret. Names are split into words, so that `author`, `max_tokens` and
// `primary_key` are not. Knows no values.

const SECRET_WORDS = new Set(
  (
    'secret secrets password passwords passwd passphrase credential credentials authorization cookie cookies ' +
    'auth bearer jwt apikey apikeys accesskey secretkey privatekey authkey authtoken accesstoken ' +
    'refreshtoken apitoken clientsecret'
  ).split(' '),
);
/** Secret only after another word: `PWD` is a folder, `pass` a verb, `pat` a name. */
const AFTER_WORD = new Set(['pwd', 'pass', 'pat']);
/** `…_key` is a secret unless one of these comes before it. */
const HARMLESS_KEYS = new Set(
  (
    'primary foreign sort partition cache public unique composite row column index lookup map object dict group ' +
    'hash range routing idempotency translation json dedupe dedup output input result param node item store ' +
    'config setting event message answer field data main query state template arrow shift hot registry metadata ' +
    'label parent child natural surrogate join search filter order'
  ).split(' '),
);
/** `…_token` is a secret unless one of these comes before it. */
const HARMLESS_TOKENS = new Set(
  'next page continuation pad eos bos sep cls unk mask stop special max min num per prompt completion input output first last'.split(
    ' ',
  ),
);
/** `tokens` counts them; only these make the plural a secret. */
const SECRET_PLURALS = new Set('access auth api refresh bearer session secret deploy personal'.split(' '));
/** Last words of names that describe a secret, and are not the secret. */
const DESCRIPTIVE = new Set(
  (
    'sock socket path file filename dir folder url uri endpoint host port name type kind id arn version count limit ' +
    'ttl expiry expires expiration algorithm length size max min mode method scheme enabled required budget usage ' +
    'price cost header headers field prefix provider policy status error'
  ).split(' '),
);
/** Every member of an object with this name is secret, whatever its key. */
const CONTAINERS = new Set(['secrets', 'passwords', 'credentials', 'cookies']);

/** Members that name the value of an object with a `value`. */
const NAMING_KEYS = ['name', 'param', 'key', 'header'];
/** Members that hold the value of the thing that the object names. */
const VALUE_KEYS = new Set(['value', 'default', 'values']);

const CACHE_LIMIT = 4_096;
const known = new Map<string, boolean>();

/** `OPENAI_API_KEY`, `x-api-key`, `authToken`: yes. `author`, `max_tokens`, `primary_key`: no. */
export function isSecretName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= CACHE_LIMIT) known.clear();
  const answer = areSecretWords(wordsOf(name));
  known.set(name, answer);
  return answer;
}

function wordsOf(name: string): readonly string[] {
  return name
    .slice(-200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '');
}

function areSecretWords(words: readonly string[]): boolean {
  const last = words.at(-1);
  if (last === undefined || DESCRIPTIVE.has(last)) return false;
  return words.some((word, index) => isSecretWord(word, words[index - 1], index === words.length - 1));
}

function isSecretWord(word: string, before: string | undefined, isLast: boolean): boolean {
  if (SECRET_WORDS.has(word)) return true;
  if (AFTER_WORD.has(word)) return before !== undefined && isLast;
  if (word === 'key' || word === 'keys') return before !== undefined && !HARMLESS_KEYS.has(before) && isLast;
  if (word === 'token') return before === undefined || !HARMLESS_TOKENS.has(before);
  return word === 'tokens' && before !== undefined && SECRET_PLURALS.has(before);
}

/**
 * Finds the effective names of members where they are not their own keys: `{name: "api_key", value}`,
 * `{path: ["login", "password"], value}`, `{cookies: {session}}`. `name` is the key of the object itself.
 */
export function memberNames(value: object, name: string | undefined): (key: string) => string {
  const own = ownName(value as Readonly<Record<string, unknown>>);
  const given = name !== undefined && isSecretName(name) ? name : undefined;
  const valueName = own ?? given;
  if (valueName === undefined) return itself;
  const container = given !== undefined && CONTAINERS.has(given.toLowerCase());
  return (key) => {
    if (isSecretName(key)) return key;
    if (VALUE_KEYS.has(key)) return valueName;
    return container ? valueName : key;
  };
}

function itself(key: string): string {
  return key;
}

/** The secret name that an object with a `value` gives itself. */
function ownName(value: Readonly<Record<string, unknown>>): string | undefined {
  if (!Object.hasOwn(value, 'value')) return undefined;
  try {
    const path = value['path'];
    const names = [
      ...NAMING_KEYS.map((key) => value[key]),
      ...(Array.isArray(path) ? (path as unknown[]) : []),
    ];
    return names.find(
      (candidate): candidate is string => typeof candidate === 'string' && isSecretName(candidate),
    );
  } catch {
    // A member that cannot be read names nothing.
    return undefined;
  }
}
