// Decides whether a name is that of a secret. Names are split into words, so that `author`, `max_tokens` and
// `primary_key` are not. Knows no values.

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const SECRET_WORDS = words(
  'secret secrets password passwords passwd passphrase credential credentials creds authorization cookie cookies ' +
    'auth bearer jwt jaas apikeys authtoken accesstoken refreshtoken apitoken clientsecret ' +
    'passcode passcodes jsessionid phpsessid',
);
/** Secret only after another word: `PWD` is a folder, `pass` a verb, `pat` a name. */
const AFTER_WORD = words('pwd pass pat pw dsn psk sas webhook skey akey mnemonic');
/** Two words that are a secret together. `session` alone is that of a desktop, `seed` that of random numbers. */
const SECRET_PAIRS = new Set([
  ...['client assertion', 'code verifier', 'saml assertion', 'saml response', 'connect sid'],
  ...['bw session', 'op session', 'fastlane session', 'appdata session', 'kubeconfig data', 'deploy hook'],
  ...['totp seed', 'otp seed', 'seed phrase', 'recovery code', 'recovery codes', 'backup codes'],
]);
/** `…_key` is a secret unless one of these comes before it. */
const HARMLESS_KEYS = words(
  'primary foreign sort partition cache public unique composite row column index lookup map object dict group ' +
    'hash range routing idempotency translation json dedupe dedup output input result param node item store ' +
    'config setting event message answer field data main query state template arrow shift hot registry metadata ' +
    'label parent child natural surrogate join search filter order',
);
/** `…_key_…` is a secret in the middle of a name, too, after one of these. */
const SECRET_KEYS = words('api access secret private auth encryption signing master ssh');
/** `…_token` is a secret unless one of these comes before it. */
const HARMLESS_TOKENS = words(
  'next page continuation pad eos bos sep cls unk mask stop special max min num per prompt completion input output first last',
);
/** `tokens` counts them; only these make the plural a secret. */
const SECRET_PLURALS = words('access auth api refresh bearer session secret deploy personal');
/** Last words of names that describe a secret, and are not the secret. */
const DESCRIPTIVE = words(
  'sock socket path file filename dir folder url uri endpoint host port name type kind id arn version count limit ' +
    'limits ttl expiry expires expiration expire in on after before algorithm alg length size max min mode method ' +
    'scheme enabled disabled required budget usage price cost header headers field prefix suffix provider policy ' +
    'status error domain issuer audience scope scopes secure samesite lifetime age interval timeout rotation ' +
    'seconds minutes hours days ms retries attempts rounds format style realm region store backend driver helper ' +
    'command cmd manager service server hint prompt rules regex pattern bits bytes entropy address addr consent banner',
);
/** Last words of names that distinguish several secrets. */
const QUALIFIERS = words(
  'prod production live dev development stage staging test testing qa uat sandbox demo local ci old new previous ' +
    'current next backup bak tmp default primary secondary main alt ro rw readonly eu us v base64 b64 value raw plain',
);
/** Longer names end with one of these without a separator: `PGPASSWORD`. */
const GLUED_ENDS = words(
  'password passwords passwd passphrase secret secrets credential credentials token apikey authkey accesskey ' +
    'secretkey privatekey masterkey signingkey encryptionkey deploykey licensekey writekey connectionstring cookie',
);
/** `pass`, `pwd`, `pw` and `key` end ordinary words (`compass`, `monkey`): only after one of these. */
const GLUED_STARTS = words(
  'db database ssh ftp sftp smtp imap pop mail email ldap pg pgsql postgres postgresql sql mssql my mysql mariadb ' +
    'redis mongo mongodb ora oracle root admin user http https proxy rpc ipmi vnc rdp svn git bind app web wifi vpn ' +
    'mq rabbitmq kafka es elastic sudo become key keystore truststore store cert pfx p12 sa api auth login vault ' +
    'openai anthropic gemini google groq mistral cohere azure aws gcp github gitlab slack stripe twilio sendgrid ' +
    'client secret private access master signing encryption deploy license session service account crypt hmac aes rsa ' +
    'jwt esxi telnet bmc ilo idrac nas smb cifs winrm',
);
const GLUED_SHORT_END = /^([a-z0-9]+?)(?:pass|pwd|pw|key)$/;

/** Every member of an object with this name is secret, whatever its key. */
const CONTAINERS = new Set(['secrets', 'passwords', 'credentials', 'cookies']);

/** Members that name the value of an object with a `value`. */
const NAMING_KEYS = ['name', 'param', 'key', 'header'];
/** Members that hold the value of the thing that the object names. */
const VALUE_KEYS = new Set(['value', 'default', 'values']);

/** Members that hold a name of ours. A secret that is an ordinary word, such as `ollama`, is not replaced in them. */
const IDENTIFIER_NAMES = new Set(['model', 'response_model', 'provider', 'node_id', 'node_type']);

const CACHE_LIMIT = 4_096;
const known = new Map<string, boolean>();

/** `OPENAI_API_KEY`, `x-api-key`, `authToken`: yes. `author`, `max_tokens`, `primary_key`: no. */
export function isSecretName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= CACHE_LIMIT) known.clear();
  // A variable. The member `pass` is the result of a test.
  const answer = name === 'PASS' || areSecretWords(wordsOf(name));
  known.set(name, answer);
  return answer;
}

export function isIdentifierName(name: string): boolean {
  return IDENTIFIER_NAMES.has(name);
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

function areSecretWords(all: readonly string[]): boolean {
  const last = all.at(-1);
  if (last === undefined) return false;
  if (last === 'url' || last === 'string') return isConnection(all.at(-2), last);
  if (DESCRIPTIVE.has(last)) return false;
  const end = all.findLastIndex((word) => !QUALIFIERS.has(word));
  return all.some((word, index) => isSecretWord(word, all[index - 1], index === end));
}

/** Such a text holds a password or is one: `AZURE_STORAGE_CONNECTION_STRING`, `SLACK_WEBHOOK_URL`. */
function isConnection(before: string | undefined, last: string): boolean {
  return last === 'string' ? before === 'connection' : before === 'webhook';
}

function isSecretWord(word: string, before: string | undefined, isLast: boolean): boolean {
  if (SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${before ?? ''} ${word}`)) return true;
  if (AFTER_WORD.has(word)) return before !== undefined && isLast;
  if (word === 'key' || word === 'keys') return isSecretKey(before, isLast);
  if (word === 'token') return before === undefined || !HARMLESS_TOKENS.has(before);
  if (word === 'tokens') return before !== undefined && SECRET_PLURALS.has(before);
  return isGlued(word);
}

function isSecretKey(before: string | undefined, isLast: boolean): boolean {
  if (before === undefined || HARMLESS_KEYS.has(before)) return false;
  return isLast || SECRET_KEYS.has(before);
}

/** `PGPASSWORD`, `GHTOKEN`, `SSHPASS`; not `compass`, `monkey` or `nexttoken`. */
function isGlued(word: string): boolean {
  for (const end of GLUED_ENDS) {
    if (word.endsWith(end)) return end !== 'token' || !HARMLESS_TOKENS.has(word.slice(0, -end.length));
  }
  const start = GLUED_SHORT_END.exec(word)?.[1];
  return start !== undefined && GLUED_STARTS.has(start);
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
      (candidate): candidate is string =>
        typeof candidate === 'string' && (isSecretName(candidate) || isIdentifierName(candidate)),
    );
  } catch {
    // A member that cannot be read names nothing.
    return undefined;
  }
}
