// The members of an object in JSON Schema, as people read them: name, kind, whether it must be there, what it means.

type Schema = Readonly<Record<string, unknown>>;

export interface Member {
  readonly name: string;
  /** Such as `string`, `string | array of string`, `GET | POST`. */
  readonly kind: string;
  readonly required: boolean;
  /** As JSON; absent where the param has no default worth showing. */
  readonly default?: string;
  readonly description: string;
}

/** Required ones first. */
export function listMembers(schema: Schema): readonly Member[] {
  const required = new Set(schema['required'] as readonly string[] | undefined);
  const members = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>).map(
    ([name, member]) => memberOf(name, member, required.has(name)),
  );
  return [...members.filter((one) => one.required), ...members.filter((one) => !one.required)];
}

function memberOf(name: string, schema: Schema, required: boolean): Member {
  const { default: value, description } = schema;
  const text = value === undefined ? '{}' : JSON.stringify(value);
  return {
    name,
    kind: kindOf(schema),
    required,
    ...(text === '{}' ? {} : { default: text }),
    description: typeof description === 'string' ? description : '',
  };
}

const EVERY_KIND = ['string', 'number', 'boolean', 'array', 'object'];

function kindOf(schema: Schema): string {
  const { const: fixed, enum: choices, anyOf, type } = schema;
  if (fixed !== undefined) return JSON.stringify(fixed);
  if (Array.isArray(choices)) return choices.map(String).join(' | ');
  if (Array.isArray(anyOf)) return unionOf((anyOf as readonly Schema[]).map(kindOf));
  if (type === 'array') return listOf(schema['items']);
  return typeof type === 'string' ? type : 'any';
}

function unionOf(kinds: readonly string[]): string {
  const each = [...new Set(kinds.flatMap((kind) => kind.split(' | ')))];
  if (!EVERY_KIND.every((kind) => each.includes(kind))) return each.join(' | ');
  return ['any', ...each.filter((kind) => kind === 'null')].join(' | ');
}

function listOf(items: unknown): string {
  const kind = typeof items === 'object' && items !== null ? kindOf(items as Schema) : 'any';
  return kind === 'any' || kind.includes(' ') ? 'array' : `array of ${kind}`;
}
