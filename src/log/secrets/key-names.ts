// Under which name a member of an object stands, where that is not its own key: `{name: "api_key", value}`,
// `{path: ["login", "password"], value}`, `{cookies: {session}}`. It knows no values.
import { namesSecret, namesSecretContainer } from './secret-names.ts';

const NAMING_KEYS = ['name', 'param', 'key', 'header'];
/** Members that hold the value of what the object is named or stands for. */
const VALUE_KEYS = new Set(['value', 'default', 'values']);

/** `name`: the key under which the object itself stands. */
export function memberNames(value: object, name: string | undefined): (key: string) => string {
  const own = ownName(value as Readonly<Record<string, unknown>>);
  const given = name !== undefined && namesSecret(name) ? name : undefined;
  const valueName = own ?? given;
  if (valueName === undefined) return itself;
  const container = given !== undefined && namesSecretContainer(given);
  return (key) => {
    if (namesSecret(key)) return key;
    if (VALUE_KEYS.has(key)) return valueName;
    return container ? valueName : key;
  };
}

function itself(key: string): string {
  return key;
}

/** What an object with a `value` says it is called, when that says secret. */
function ownName(value: Readonly<Record<string, unknown>>): string | undefined {
  if (!Object.hasOwn(value, 'value')) return undefined;
  try {
    const path = value['path'];
    const names = [
      ...NAMING_KEYS.map((key) => value[key]),
      ...(Array.isArray(path) ? (path as unknown[]) : []),
    ];
    return names.find(
      (candidate): candidate is string => typeof candidate === 'string' && namesSecret(candidate),
    );
  } catch {
    // A member that cannot be read names nothing.
    return undefined;
  }
}
