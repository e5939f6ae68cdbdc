// Lists the members of an object schema (JSON Schema) in a form for people.
import { present } from '../../values/present.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface Member {
  readonly name: string;
  /** For example `string`, `string | array of string` or `GET | POST`. */
  readonly kind: string;
  readonly required: boolean;
  /** As JSON; absent for a default of `{}`. */
  readonly default?: string;
  readonly description: string;
}

/** Lists the required members first. */
export function listMembers(schema: Schema): readonly Member[] {
  const required = new Set(schema['required'] as readonly string[] | undefined);
  const members = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>).map(
    ([name, member]) => toMember(name, member, required.has(name)),
  );
  return [...members.filter((one) => one.required), ...members.filter((one) => !one.required)];
}

function toMember(name: string, schema: Schema, required: boolean): Member {
  const { default: value, description } = schema;
  const text = value === undefined ? '{}' : JSON.stringify(value);
  return present({
    name,
    kind: kindOfSchema(schema),
    required,
    default: text === '{}' ? undefined : text,
    description: typeof description === 'string' ? description : '',
  });
}

const EVERY_KIND = ['string', 'number', 'boolean', 'array', 'object'];

function kindOfSchema(schema: Schema): string {
  const { const: fixed, enum: choices, anyOf, type } = schema;
  if (fixed !== undefined) return JSON.stringify(fixed);
  if (Array.isArray(choices)) return choices.map(String).join(' | ');
  if (Array.isArray(anyOf)) return kindOfUnion((anyOf as readonly Schema[]).map(kindOfSchema));
  if (type === 'array') return kindOfArray(schema['items']);
  return typeof type === 'string' ? type : 'any';
}

function kindOfUnion(kinds: readonly string[]): string {
  const each = [...new Set(kinds.flatMap((kind) => kind.split(' | ')))];
  if (!EVERY_KIND.every((kind) => each.includes(kind))) return each.join(' | ');
  return ['any', ...each.filter((kind) => kind === 'null')].join(' | ');
}

function kindOfArray(items: unknown): string {
  const kind = typeof items === 'object' && items !== null ? kindOfSchema(items as Schema) : 'any';
  return kind === 'any' || kind.includes(' ') ? 'array' : `array of ${kind}`;
}
