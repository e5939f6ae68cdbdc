// Checks that a path can lead to a value in the outputs of a type. It checks as far as the schema defines them.
import * as z from 'zod';
import { findNearestName } from '../../values/nearest-name.ts';
import type { PathKey } from '../templates/ast.ts';

export interface WrongPath {
  /** The valid start of the path. */
  readonly holder: readonly PathKey[];
  /** The keys that exist after the valid start. */
  readonly available: readonly string[];
  /** Returns the path with the wrong key replaced by the nearest one. Undefined if no key is near. */
  readonly fixed: readonly PathKey[] | undefined;
}

/** Every node type writes these: `error` when it fails. */
const ALWAYS = ['error'];

/** Lists the outputs of a node type. Returns undefined for an open schema. */
export function listOutputNames(outputs: z.ZodObject): readonly string[] | undefined {
  const rest = outputs.def.catchall;
  const isClosed = rest === undefined || rest instanceof z.ZodNever;
  return isClosed ? [...new Set([...Object.keys(outputs.shape), ...ALWAYS])] : undefined;
}

/** Returns undefined for a path that can exist. */
export function findWrongPath(outputs: z.ZodObject, path: readonly PathKey[]): WrongPath | undefined {
  return followPath(outputs, path, true).wrong;
}

/** Like `findWrongPath`, for an item of a list. */
export function findWrongItemPath(item: unknown, path: readonly PathKey[]): WrongPath | undefined {
  return followPath(item, path, false).wrong;
}

/** Returns the schema of the items of a list; undefined where it is not known. */
export function findItemSchema(outputs: z.ZodObject, path: readonly PathKey[]): unknown {
  const { schema } = followPath(outputs, path, true);
  return schema instanceof z.ZodArray ? unwrap(schema.element) : undefined;
}

interface FollowedPath {
  /** At the end of the path; absent where a part of it is not known. */
  readonly schema?: unknown;
  readonly wrong?: WrongPath;
}

function followPath(root: unknown, path: readonly PathKey[], isNode: boolean): FollowedPath {
  let schema = root;
  for (const [depth, key] of path.entries()) {
    const names = listKeys(schema, isNode && depth === 0);
    if (names === undefined) return {};
    // Which member it leads to is known when the node runs; all items of a list have one schema.
    const known = typeof key === 'object' ? 0 : key;
    if (!names.has(known))
      return typeof key === 'object' ? {} : { wrong: describeWrongPath(path, depth, names) };
    schema = unwrap(names.get(known));
  }
  return { schema };
}

interface Keys {
  has(key: string | number): boolean;
  get(key: string | number): unknown;
  readonly names: readonly string[];
}

/** Returns undefined where any key is possible: a text may be JSON, and a schema may be open. */
function listKeys(schema: unknown, isRoot: boolean): Keys | undefined {
  if (schema instanceof z.ZodObject) {
    const known = listOutputNames(schema);
    if (known === undefined) return undefined;
    const names = isRoot ? known : Object.keys(schema.shape);
    return {
      names,
      has: (key) => names.includes(String(key)) && typeof key === 'string',
      get: (key): unknown => schema.shape[key],
    };
  }
  if (schema instanceof z.ZodArray) {
    return { names: ['[0]', '[1]', '…'], has: (key) => typeof key === 'number', get: () => schema.element };
  }
  const isPlain =
    schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean || schema instanceof z.ZodNull;
  return isPlain ? { names: [], has: () => false, get: () => undefined } : undefined;
}

function describeWrongPath(path: readonly PathKey[], depth: number, keys: Keys): WrongPath {
  const key = path[depth];
  const nearest = typeof key === 'string' ? findNearestName(key, keys.names) : undefined;
  return {
    holder: path.slice(0, depth),
    available: keys.names,
    fixed: nearest === undefined ? undefined : path.with(depth, nearest),
  };
}

function unwrap(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  return isWrapped ? unwrap(schema.unwrap()) : schema;
}
