// Replaces the values of secret inputs as a whole, whatever they are: a boolean is not found by its value.
import { placeholderFor } from '../log/secrets/patterns.ts';
import type { PreparedInputs } from '../workflow/prepare-inputs.ts';
import { isObject } from '../values/json-fields.ts';

type Values = Readonly<Record<string, unknown>>;

export function withoutSecrets({ values, secrets }: PreparedInputs): Record<string, unknown> {
  return { ...values, ...hidden(values, secrets) };
}

/** The workflow file without the defaults of its secret inputs. */
export function withoutSecretDefaults(ir: Values, secrets: readonly string[]): Record<string, unknown> {
  const specs = ir['inputs'];
  if (secrets.length === 0 || !isObject(specs)) return { ...ir };
  const changed = secrets.flatMap((name) => {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!isObject(spec) || spec['secret'] !== true || (spec['default'] ?? null) === null) return [];
    return [[name, { ...spec, default: placeholderFor(name) }] as const];
  });
  return { ...ir, inputs: { ...specs, ...Object.fromEntries(changed) } };
}

function hidden(values: Values, secrets: readonly string[]): Values {
  const present = secrets.filter((name) => (values[name] ?? null) !== null);
  return Object.fromEntries(present.map((name) => [name, placeholderFor(name)]));
}
