// Prepares the values of a workflow's inputs: given, else piped in, else the environment variable of that name, else the
// default. Reports all problems at once, and never prints a value.
import { PflowError } from '../errors.ts';
import { coerceValue } from './coerce-value.ts';
import { inferValue } from './infer-value.ts';
import { findNearestName } from '../values/nearest.ts';
import { didYouMean, formatProblem } from './problem.ts';
import type { InputSpec, Workflow } from './schema.ts';
import { kindOf, withArticle } from '../values/json-kind.ts';

export interface InputSources {
  /** By name. A text is one from `key=value`: the declared type decides what it is, else it is inferred. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What was piped in; nothing and an empty pipe are the same. */
  readonly stdin?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type InputOrigin = 'given' | 'stdin' | 'environment' | 'default' | 'none';

export interface PreparedInputs {
  /** One for each declared input, in the order of the file; null where an optional one has no value. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, InputOrigin>>;
  /** Names of the inputs whose values must not be shown. */
  readonly secrets: readonly string[];
}

/** Throws INPUT_MISSING when all that is wrong is that something is missing, else INPUT_INVALID. */
export function prepareInputs(workflow: Pick<Workflow, 'inputs'>, sources: InputSources): PreparedInputs {
  const specs = Object.entries(workflow.inputs ?? {});
  const invalid = unknownNames(
    sources.given,
    specs.map(([name]) => name),
  );
  const missing: string[] = [];
  const values: Record<string, unknown> = {};
  const origins: Record<string, InputOrigin> = {};
  for (const [name, spec] of specs) {
    const [origin, raw] = originOf(name, spec, sources);
    origins[name] = origin;
    if (origin === 'none' && isRequired(spec)) {
      missing.push(missingLine(name, spec));
      continue;
    }
    const value = valueOf(raw, origin, spec);
    if (value === undefined) invalid.push(invalidLine(name, spec, raw, origin));
    else values[name] = value;
  }
  if (invalid.length + missing.length > 0) throw invalidInputsError(invalid, missing);
  const secrets = specs.filter(([, spec]) => spec.secret === true).map(([name]) => name);
  return { values, origins, secrets };
}

function originOf(name: string, spec: InputSpec, sources: InputSources): readonly [InputOrigin, unknown] {
  const { given, stdin, env } = sources;
  if (Object.hasOwn(given, name) && given[name] !== undefined) return ['given', given[name]];
  if (spec.stdin === true && stdin !== undefined && stdin !== '')
    return ['stdin', stdin.replace(/\r?\n$/, '')];
  if (Object.hasOwn(env, name) && env[name] !== undefined) return ['environment', env[name]];
  return spec.default === undefined ? ['none', null] : ['default', spec.default];
}

function isRequired(spec: InputSpec): boolean {
  return spec.required ?? true;
}

/** Undefined when the value cannot be had in the declared type. */
function valueOf(raw: unknown, origin: InputOrigin, spec: InputSpec): unknown {
  const { type } = spec;
  const isNull = raw === null || (raw === 'null' && type !== undefined && type !== 'string');
  if (isNull && !(isRequired(spec) && spec.default === undefined)) return null;
  if (type !== undefined) return coerceValue(raw, type);
  return origin === 'given' && typeof raw === 'string' ? inferValue(raw) : raw;
}

function unknownNames(given: InputSources['given'], known: readonly string[]): string[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = findNearestName(name, known);
      const there = known.length === 0 ? 'the workflow has no inputs' : `available: ${known.join(', ')}`;
      return formatProblem({
        path: '',
        message: `there is no input "${name}"; ${there}`,
        ...didYouMean(near && `"${near}"`),
      });
    });
}

function missingLine(name: string, spec: InputSpec): string {
  const about = spec.description === undefined ? '' : `: ${spec.description}`;
  const piped = spec.stdin === true ? ', pipe it in' : '';
  return `input "${name}" (${spec.type ?? 'any type'}) is missing${about}; give ${name}=…${piped} or set the variable ${name}`;
}

function invalidLine(name: string, spec: InputSpec, raw: unknown, origin: InputOrigin): string {
  const kind = kindOf(raw);
  const what: Readonly<Record<InputOrigin, string>> = {
    given: `the given ${kind}`,
    stdin: `the ${kind} from stdin`,
    environment: `the ${kind} from the environment`,
    default: `the default, ${withArticle(kind)},`,
    none: kind,
  };
  return `input "${name}" must be ${withArticle(spec.type ?? 'value')}, but ${what[origin]} is not ${withArticle(spec.type ?? 'value')}`;
}

function invalidInputsError(invalid: readonly string[], missing: readonly string[]): PflowError {
  const lines = [...invalid, ...missing];
  const [only = ''] = lines;
  const code = invalid.length === 0 ? 'INPUT_MISSING' : 'INPUT_INVALID';
  if (lines.length === 1) return new PflowError(code, only);
  const what = invalid.length === 0 ? 'inputs are missing' : 'inputs are missing or wrong';
  return new PflowError(code, `${String(lines.length)} ${what}`, { details: lines });
}
