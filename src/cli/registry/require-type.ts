// Finds a node type by its name, for commands that need one.
import { PflowError } from '../../errors.ts';
import type { Registry } from '../../home/node-types.ts';
import { suggestNearest } from '../../values/nearest-name.ts';

export type FoundType = NonNullable<ReturnType<Registry['types']['get']>>;

/** Throws NODE_TYPE_UNKNOWN with the nearest name, or with the setting that denies the type. */
export function requireType(name: string, registry: Registry): FoundType {
  const type = registry.types.get(name);
  if (type === undefined) throw deniedTypeError(name, registry) ?? unknownTypeError(name, registry);
  return type;
}

function deniedTypeError(name: string, { denied }: Registry): PflowError | undefined {
  const pattern = denied.get(name);
  if (pattern === undefined) return undefined;
  return new PflowError('NODE_TYPE_UNKNOWN', `the settings deny the node type ${JSON.stringify(name)}`, {
    hint: `See "deny" in pflow settings show: ${JSON.stringify(pattern)}.`,
  });
}

function unknownTypeError(
  name: string,
  { typeNames: names, missing }: Pick<Registry, 'typeNames' | 'missing'>,
): PflowError {
  const reason = missing.get(name);
  if (reason !== undefined) {
    return new PflowError('NODE_TYPE_UNKNOWN', `there is no node type ${JSON.stringify(name)}: ${reason}`, {
      hint: 'pflow mcp tools lists the tools that are known.',
    });
  }
  return new PflowError('NODE_TYPE_UNKNOWN', `there is no node type ${JSON.stringify(name)}`, {
    details: [`available: ${names.join(', ')}`],
    hint: suggestNearest(name, names) ?? 'Add custom types with --nodes MODULE.',
  });
}
