// Compiles a schema to a fast check that accepts only values that the schema accepts. A value that the check does not
// accept may still be valid: the schema decides, and explains. A property test compares the check with zod.
import type * as z from 'zod';

export type FastAccept = (value: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;

/** The check of an unknown kind of schema accepts nothing. */
export function createFastAccept(schema: z.core.$ZodType): FastAccept {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'number') return numberCheck(def);
  return hasChecks(def) ? acceptNothing : (simpleCheck(def) ?? compoundCheck(def));
}

function simpleCheck(def: z.core.$ZodTypes['_zod']['def']): FastAccept | undefined {
  switch (def.type) {
    case 'unknown':
      return () => true;
    case 'string':
      return (value) => typeof value === 'string';
    case 'literal':
      return oneOfCheck(def.values);
    case 'enum':
      return oneOfCheck(Object.values(def.entries));
    default:
      return undefined;
  }
}

function compoundCheck(def: z.core.$ZodTypes['_zod']['def']): FastAccept {
  switch (def.type) {
    case 'optional':
      return absentOrCheck(undefined, createFastAccept(def.innerType));
    case 'nullable':
      return absentOrCheck(null, createFastAccept(def.innerType));
    case 'union':
      return unionCheck(def.options.map(createFastAccept));
    case 'array':
      return arrayCheck(createFastAccept(def.element));
    case 'record':
      return recordCheck(def);
    case 'object':
      return objectCheck(def);
    default:
      return acceptNothing;
  }
}

function acceptNothing(): boolean {
  return false;
}

function hasChecks({ checks }: z.core.$ZodTypeDef): boolean {
  return checks !== undefined && checks.length > 0;
}

function oneOfCheck(values: readonly unknown[]): FastAccept {
  const known = new Set(values);
  return (value) => known.has(value);
}

function absentOrCheck(absent: undefined | null, inner: FastAccept): FastAccept {
  return (value) => value === absent || inner(value);
}

function unionCheck(options: readonly FastAccept[]): FastAccept {
  return (value) => options.some((option) => option(value));
}

function arrayCheck(item: FastAccept): FastAccept {
  return (value) => Array.isArray(value) && value.every(item);
}

/** Supports whole numbers and lower bounds, no other checks. */
function numberCheck(def: z.core.$ZodNumberDef): FastAccept {
  let whole = 'format' in def && def.format === 'safeint';
  let least = -Number.MAX_VALUE;
  for (const { _zod } of def.checks ?? []) {
    const one = _zod.def as z.core.$ZodCheckGreaterThanDef | z.core.$ZodCheckNumberFormatDef;
    if (one.check === 'number_format' && one.format === 'safeint') whole = true;
    else if (one.check === 'greater_than' && one.value === 0) least = one.inclusive ? 0 : Number.MIN_VALUE;
    else return acceptNothing;
  }
  return whole
    ? (value) => Number.isSafeInteger(value) && (value as number) >= least
    : (value) => typeof value === 'number' && value >= least && value <= Number.MAX_VALUE;
}

function recordCheck(def: z.core.$ZodRecordDef): FastAccept {
  const member = createFastAccept(def.valueType);
  const keys = (def.keyType as z.core.$ZodTypes)._zod.def;
  if (keys.type !== 'string' || hasChecks(keys)) return acceptNothing;
  return (value) => isPlain(value) && Object.values(value).every(member);
}

function objectCheck(def: z.core.$ZodObjectDef): FastAccept {
  if (def.catchall !== undefined) return acceptNothing;
  const members = new Map(
    Object.entries(def.shape).map(([key, schema]) => {
      const { type } = (schema as z.core.$ZodTypes)._zod.def;
      return [key, { needed: type === 'optional' ? 0 : 1, fits: createFastAccept(schema) }];
    }),
  );
  let needed = 0;
  for (const member of members.values()) needed += member.needed;
  // Most payloads have few of the members that their schema knows: those that are there are looked up.
  return (value) => {
    if (!isPlain(value)) return false;
    let missing = needed;
    for (const key in value) {
      const member = members.get(key);
      if (member === undefined) continue;
      const own = value[key];
      if (own === undefined) continue;
      if (!member.fits(own)) return false;
      missing -= member.needed;
    }
    return missing === 0;
  };
}

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
