// Checks the arguments of a tool against its JSON Schema. Compiles the schema at the first check.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { addExactKeywords, plainCopy, validateExactly } from '../../models/exact-keywords.ts';
import type { JsonSchema } from './inline-references.ts';

export interface ArgumentFault {
  /** From the value that was checked. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface ArgumentCheck {
  argument(name: string, value: unknown): readonly ArgumentFault[];
  /** Checks only how several arguments relate. */
  whole(value: unknown): readonly ArgumentFault[];
}

const MAX_FAULTS = 5;
const OPTIONS = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;
const ROOT = 'tool';

/** What a schema states about several arguments at once. */
const RELATIONS = (
  'anyOf oneOf allOf not if then else dependentRequired dependentSchemas dependencies minProperties maxProperties ' +
  'patternProperties propertyNames'
).split(' ');

/** A schema that cannot be compiled checks nothing: its server checks the arguments all the same. */
export function compileArgumentCheck(schema: JsonSchema): ArgumentCheck {
  const compiled = new Map<string, ValidateFunction | undefined>();
  let compiler: Ajv | Ajv2020 | undefined;
  const compile = (reference: string): ValidateFunction | undefined => {
    if (!compiled.has(reference)) {
      try {
        compiler ??= createCompiler(schema);
        compiled.set(reference, compiler.compile({ $ref: `${ROOT}#${reference}` }));
      } catch {
        compiled.set(reference, undefined);
      }
    }
    return compiled.get(reference);
  };
  const { additionalProperties: others } = schema;
  const relations = RELATIONS.filter((keyword) => Object.hasOwn(schema, keyword));
  if (typeof others === 'object') relations.push('additionalProperties');
  return {
    argument: (name, value) => findFaults(compile(`/properties/${escapePart(name)}`), value),
    whole: (value) =>
      relations.length === 0
        ? []
        : findFaults(compile(''), value, ({ schemaPath }) =>
            relations.some((one) => schemaPath.includes(`#/${one}`)),
          ),
  };
}

function createCompiler(schema: JsonSchema): Ajv | Ajv2020 {
  const { $schema, $id: _id, ...rest } = schema;
  const isOld = typeof $schema === 'string' && /draft-0[4-7]/u.test($schema);
  const compiler = addExactKeywords(isOld ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS));
  compiler.addSchema(plainCopy({ ...rest, $id: ROOT }) as JsonSchema);
  return compiler;
}

function escapePart(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function findFaults(
  validate: ValidateFunction | undefined,
  value: unknown,
  isMeant: (error: ErrorObject) => boolean = () => true,
): readonly ArgumentFault[] {
  if (validate === undefined || validateExactly(validate, value)) return [];
  return (validate.errors ?? []).filter(isMeant).slice(0, MAX_FAULTS).map(describeFault);
}

function describeFault({
  instancePath,
  keyword,
  params,
  message = 'is not valid',
}: ErrorObject): ArgumentFault {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/u.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
  const facts = params as Readonly<Record<string, unknown>>;
  if (keyword === 'enum') {
    return { path, message: message.replace('equal to one of the allowed values:', 'one of') };
  }
  if (keyword === 'additionalProperties') {
    return { path, message: `must not have the member "${String(facts['additionalProperty'])}"` };
  }
  return { path, message };
}
