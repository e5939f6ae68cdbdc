// Finds the effective name of a member where it is not its own key: `{name: "api_key", value}`,
// `{path: ["login", "password"], value}`, `{cookies: {session}}`. Knows no values.
import { namesSecret, namesSecretContainer } from './secret-names.ts';

const NAMING_KEYS = ['name', 'param', 'key', 'header'];
/** Members that hold the value of the thing that the object names. */
const VALUE_KEYS = new Set(['value', 'default', 'values']);

/** `name` is the key of the object itself. */
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

/** The name that an object with a `value` gives itself, if that is a secret name. */
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
