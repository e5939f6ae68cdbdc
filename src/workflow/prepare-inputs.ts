// Prepares the values of a workflow's inputs: given, else from stdin, else the environment variable of that name, else
// the settings, else the default. Reports all problems at once, and never prints a value.
import { PflowError, type ErrorProblem } from '../errors.ts';
import { JsonNumberError } from '../values/exact-json.ts';
import { coerceValue } from './coerce-value.ts';
import { inferValue } from './infer-value.ts';
import { findNearestName } from '../values/nearest-name.ts';
import { didYouMean, formatProblem } from './problem.ts';
import type { InputSpec, Workflow } from './schema.ts';
import { kindOf, withArticle } from '../values/json-kind.ts';
import { joinNames } from '../values/join-names.ts';

/** Where the values of inputs come from. Given values come first, then stdin, the environment and the settings. */
export interface InputSources {
  /** By name. A string is read as from `key=value`: as the declared type, or by inference without one. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The text of stdin with its last newline. An empty text is a value for inputs that take text only. */
  readonly stdin?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that the settings have for inputs. An input that takes one is secret. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export type InputOrigin = 'given' | 'stdin' | 'environment' | 'settings' | 'default' | 'none';

/** Values of all declared inputs, checked, with the origin of each. */
export interface PreparedInputs {
  /** Values by name, in the order of the file. An optional input without a value is null. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, InputOrigin>>;
  /** Names of the inputs whose values must not be shown: declared secret, or from the settings. */
  readonly secrets: readonly string[];
}

/**
 * Prepares the values of all inputs. Throws INPUT_MISSING if inputs are missing and all others are valid, else
 * INPUT_INVALID, with every problem.
 */
export function prepareInputs(workflow: Pick<Workflow, 'inputs'>, sources: InputSources): PreparedInputs {
  return prepareFrom(workflow, sources, { isNested: false });
}

/** Prepares the inputs of a nested workflow from values: a text stays a text. The environment is not read. */
export function prepareNestedInputs(
  workflow: Pick<Workflow, 'inputs'>,
  given: InputSources['given'],
): PreparedInputs {
  return prepareFrom(workflow, { given, env: {} }, { isNested: true });
}

interface Manner {
  /** The values come from a node and not from a command line. */
  readonly isNested: boolean;
}

function prepareFrom(
  workflow: Pick<Workflow, 'inputs'>,
  sources: InputSources,
  manner: Manner,
): PreparedInputs {
  const specs = Object.entries(workflow.inputs ?? {});
  const invalid = describeUnknown(
    sources.given,
    specs.map(([name]) => name),
  );
  const missing: InputProblem[] = [];
  const values: Record<string, unknown> = {};
  const origins: Record<string, InputOrigin> = {};
  for (const [name, spec] of specs) {
    const [origin, raw] = findOrigin(name, spec, sources);
    origins[name] = origin;
    if (origin === 'none' && isRequired(spec)) {
      missing.push({ name, message: describeMissing(name, spec, manner) });
      continue;
    }
    const value = convertExactly(raw, origin === 'given' && !manner.isNested, spec);
    if (value instanceof JsonNumberError)
      invalid.push({ name, message: `input "${name}": ${value.message}` });
    else if (value === undefined) invalid.push({ name, message: describeInvalid(name, spec, raw, origin) });
    else values[name] = value;
  }
  if (invalid.length + missing.length > 0) throw invalidInputsError(invalid, missing);
  const secrets = specs
    .filter(([name, spec]) => spec.secret === true || origins[name] === 'settings')
    .map(([name]) => name);
  return { values, origins, secrets };
}

function findOrigin(name: string, spec: InputSpec, sources: InputSources): readonly [InputOrigin, unknown] {
  const { given, stdin, env, settings = {} } = sources;
  if (Object.hasOwn(given, name) && given[name] !== undefined) return ['given', given[name]];
  if (spec.stdin === true && stdin !== undefined && (stdin !== '' || takesText(spec)))
    return ['stdin', withoutLastNewline(stdin)];
  if (Object.hasOwn(env, name) && env[name] !== undefined) return ['environment', env[name]];
  if (Object.hasOwn(settings, name)) return ['settings', settings[name]];
  return spec.default === undefined ? ['none', null] : ['default', spec.default];
}

/** True for an input that a piped text can always become. */
export function takesText({ type = 'string' }: InputSpec): boolean {
  return type === 'string';
}

/** `\r\n` is one newline. */
export function withoutLastNewline(text: string): string {
  if (!text.endsWith('\n')) return text;
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1);
}

function isRequired(spec: InputSpec): boolean {
  return spec.required ?? true;
}

/** Returns the error for a number that is too large to be kept. */
function convertExactly(raw: unknown, isArgument: boolean, spec: InputSpec): unknown {
  try {
    return convertValue(raw, isArgument, spec);
  } catch (error) {
    if (error instanceof JsonNumberError) return error;
    throw error;
  }
}

/** Returns undefined if the value cannot be converted to the declared type. */
function convertValue(raw: unknown, isArgument: boolean, spec: InputSpec): unknown {
  const { type } = spec;
  const isNull = raw === null || (raw === 'null' && type !== undefined && type !== 'string');
  if (isNull && !(isRequired(spec) && spec.default === undefined)) return null;
  if (type !== undefined) return coerceValue(raw, type);
  return isArgument && typeof raw === 'string' ? inferValue(raw) : raw;
}

interface InputProblem {
  /** Of the input. */
  readonly name: string;
  readonly message: string;
  readonly suggestion?: string;
}

function describeUnknown(given: InputSources['given'], known: readonly string[]): InputProblem[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = findNearestName(name, known);
      const available = known.length === 0 ? 'the workflow has no inputs' : `available: ${joinNames(known)}`;
      const message = `there is no input "${name}"; ${available}`;
      return { name, message, ...didYouMean(nearest && `"${nearest}"`) };
    });
}

function describeMissing(name: string, spec: InputSpec, { isNested }: Manner): string {
  const about = spec.description === undefined ? '' : `: ${spec.description}`;
  const start = `input "${name}" (${spec.type ?? 'any type'}) is missing${about}`;
  if (isNested) return `${start}; give it in "inputs" of the node`;
  const piped = spec.stdin === true ? ', pipe it in' : '';
  return `${start}; give ${name}=…${piped} or set the variable ${name}`;
}

function describeInvalid(name: string, spec: InputSpec, raw: unknown, origin: InputOrigin): string {
  const kind = kindOf(raw);
  const what: Readonly<Record<InputOrigin, string>> = {
    given: `the given ${kind}`,
    stdin: `the ${kind} from stdin`,
    environment: `the ${kind} from the environment`,
    settings: `the ${kind} from the settings`,
    default: `the default, ${withArticle(kind)},`,
    none: kind,
  };
  const expected = withArticle(spec.type ?? 'value');
  const accepted = spec.type === 'boolean' ? ' (true, false, yes, no, 1 or 0)' : '';
  return `input "${name}" must be ${expected}${accepted}, but ${what[origin]} is not ${expected}`;
}

function invalidInputsError(invalid: readonly InputProblem[], missing: readonly InputProblem[]): PflowError {
  const lines = [...invalid, ...missing].map((problem) => formatProblem({ ...problem, path: '' }));
  const [only = ''] = lines;
  const code = invalid.length === 0 ? 'INPUT_MISSING' : 'INPUT_INVALID';
  const problems = [
    ...invalid.map((problem) => toErrorProblem(problem, 'INPUT_INVALID')),
    ...missing.map((problem) => toErrorProblem(problem, 'INPUT_MISSING')),
  ];
  if (lines.length === 1) return new PflowError(code, only, { problems });
  const what = invalid.length === 0 ? 'inputs are missing' : 'inputs are missing or wrong';
  return new PflowError(code, `${String(lines.length)} ${what}`, { details: lines, problems });
}

function toErrorProblem({ name, ...problem }: InputProblem, code: string): ErrorProblem {
  return { path: `inputs.${name}`, code, ...problem };
}
