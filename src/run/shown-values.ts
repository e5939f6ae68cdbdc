// Replaces secrets in values that are shown before a run. The log of the run would show the same.
import { placeholderFor } from '../log/secrets/patterns.ts';
import type { Redactor } from '../log/secrets/redaction.ts';
import { memberNames } from '../log/secrets/secret-names.ts';
import type { Workflow } from '../workflow/schema.ts';

type Values = Readonly<Record<string, unknown>>;

/** `name`: the key of the value. */
export function showValue(value: unknown, redactor: Redactor, name?: string): unknown {
  if (typeof value === 'string')
    return name === undefined ? redactor.redact(value) : redactor.redactNamed(name, value);
  if (typeof value === 'number') return redactor.redactNumber(value);
  if (typeof value === 'bigint') return showInteger(value, redactor);
  if (Array.isArray(value)) return value.map((item) => showValue(item, redactor, name));
  if (typeof value !== 'object' || value === null) return value;
  const nameOf = memberNames(value, name);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      redactor.redactKey(key),
      showValue(member, redactor, nameOf(key)),
    ]),
  );
}

/** Returns inputs of a workflow as they may be shown: secret ones as a whole, whatever they are. */
export function showInputs({ inputs }: Pick<Workflow, 'inputs'>, values: Values, redactor: Redactor): Values {
  const isSecret = (name: string): boolean =>
    inputs !== undefined && Object.hasOwn(inputs, name) && inputs[name]?.secret === true;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isSecret(name) && (value ?? null) !== null ? placeholderFor(name) : showValue(value, redactor, name),
    ]),
  );
}

function showInteger(value: bigint, redactor: Redactor): unknown {
  const text = redactor.redact(String(value));
  return text === String(value) ? value : text;
}
