// Distinguishes content from identifiers in the texts of a payload. Identifiers are ids, names of models and node
// types, actions, hashes and fixed words. A secret that is an ordinary word is replaced in content only.
import type * as z from 'zod';

/** `identifier`: so is every text and key in the value. An object lists its members. */
export type TextShape = 'content' | 'identifier' | ObjectShape | ListShape;

export interface ObjectShape {
  readonly members: ReadonlyMap<string, TextShape>;
  /** The shape of members that are not listed; by default content. */
  readonly rest?: TextShape;
  /** Its size is limited as a whole, not member by member. */
  readonly isOneValue?: boolean;
}

export interface ListShape {
  readonly items: TextShape;
}

const declared = new WeakMap<z.core.$ZodType, TextShape>();

/** Descriptions must be given before: each makes another schema. */
export function identifier<Schema extends z.ZodType>(schema: Schema): Schema {
  return withShape(schema, 'identifier');
}

export function withShape<Schema extends z.ZodType>(schema: Schema, shape: TextShape): Schema {
  declared.set(schema, shape);
  return schema;
}

/** Content, unless the schema declares something else. */
export function shapeOf(schema: z.core.$ZodType): TextShape {
  const own = declared.get(schema);
  if (own !== undefined) return own;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'enum':
    case 'literal':
    case 'number':
    case 'boolean':
      return 'identifier';
    case 'optional':
    case 'nullable':
      return shapeOf(def.innerType);
    case 'array':
      return listShape(shapeOf(def.element));
    case 'object':
      return objectShape(Object.entries(def.shape).map(([key, member]) => [key, shapeOf(member)]));
    case 'record':
      return shapeOf(def.valueType) === 'identifier' ? 'identifier' : 'content';
    default:
      return 'content';
  }
}

function listShape(items: TextShape): TextShape {
  return typeof items === 'string' ? items : { items };
}

export function objectShape(
  members: Iterable<readonly [string, TextShape]>,
  rest: TextShape = 'content',
): ObjectShape {
  return { members: new Map(members), rest };
}
