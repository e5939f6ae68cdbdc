// Reads a structured answer and checks it against the JSON Schema of its request. Imports the schema compiler, so it
// is itself imported on demand.
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PflowError } from '../errors.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import { findDuplicateKeys } from '../values/duplicate-keys.ts';
import { JsonNumberError, parseExactJson } from '../values/exact-json.ts';
import { addExactKeywords, plainCopy, validateExactly } from './exact-keywords.ts';
import { jsonCandidates } from './find-json.ts';
import { ModelFailure } from './model-failure.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const MAX_PROBLEMS = 5;
const OPTIONS = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;

/** Compilers by dialect. Creating one takes much longer than compiling a schema with it. */
const COMPILERS: { old: Ajv | undefined; current: Ajv2020 | undefined } = {
  old: undefined,
  current: undefined,
};

const COMPILED = new WeakMap<JsonSchema, ValidateFunction>();

/** Throws NODE_PARAMS_INVALID for a schema that is unusable. To be called before the call that costs money. */
export function requireSchema(schema: JsonSchema): void {
  compile(schema);
}

/**
 * Returns the value of the answer, wherever it is in the text. Throws a retryable MODEL_ANSWER_INVALID when there is no
 * JSON, when it is off schema, and when several different values fit.
 */
export function checkStructuredAnswer(text: string, schema: JsonSchema): unknown {
  const validate = compile(schema);
  let problems: readonly string[] | undefined;
  for (const candidates of jsonCandidates(text)) {
    const read = candidates.flatMap((json) => readCandidate(json, validate));
    const fitting = new Map(
      read.flatMap(({ value, key, faults }) => (faults === undefined ? [[key, value]] : [])),
    );
    if (fitting.size > 1) throw ambiguousAnswerError(fitting.size);
    for (const value of fitting.values()) return value;
    problems ??= read[0]?.faults;
  }
  throw problems === undefined ? noJsonError(text) : offSchemaError(problems);
}

interface ReadCandidate {
  readonly value: unknown;
  /** Equal for equal values. */
  readonly key: string;
  /** Undefined for a value that fits the schema. */
  readonly faults: readonly string[] | undefined;
}

/** Empty for a text that is not JSON. A text of JSON inside JSON is read where only its content fits. */
function readCandidate(json: string, validate: ValidateFunction, isInner = false): readonly ReadCandidate[] {
  let value: unknown;
  try {
    value = parseExactJson(json);
  } catch (error) {
    if (error instanceof JsonNumberError) throw unusableNumberError(error);
    return [];
  }
  const faults = validateExactly(validate, value) ? repeatedKeyFaults(json) : faultsOf(validate);
  const own = { value, key: canonicalJson(value), faults };
  if (faults === undefined || typeof value !== 'string' || isInner) return [own];
  const inner = readCandidate(value, validate, true).filter((one) => one.faults === undefined);
  return inner.length === 0 ? [own] : inner;
}

/** The last value of a key would win, and the model may mean the other. */
function repeatedKeyFaults(json: string): readonly string[] | undefined {
  const [repeated] = findDuplicateKeys(json, 1);
  return repeated === undefined
    ? undefined
    : [`the answer has the key ${JSON.stringify(repeated.key)} twice`];
}

function faultsOf({ errors }: ValidateFunction): readonly string[] {
  return (errors ?? []).map(
    ({ instancePath, message }) =>
      `${instancePath === '' ? 'the answer' : instancePath} ${message ?? 'is wrong'}`,
  );
}

function offSchemaError(problems: readonly string[]): ModelFailure {
  return new ModelFailure(
    'MODEL_ANSWER_INVALID',
    `the answer does not fit its schema: ${problems[0] ?? ''}`,
    {
      hint: 'Run again, describe the expected answer in the prompt, or loosen output_schema.',
      details: problems.slice(0, MAX_PROBLEMS),
    },
  );
}

function ambiguousAnswerError(count: number): ModelFailure {
  const message = `the answer holds ${String(count)} different values that fit its schema`;
  return new ModelFailure('MODEL_ANSWER_INVALID', message, {
    hint: 'Run again, or require one JSON value without words around it in the prompt.',
  });
}

function unusableNumberError(error: JsonNumberError): ModelFailure {
  return new ModelFailure('MODEL_ANSWER_INVALID', `the answer cannot be kept: ${error.message}`, {
    hint: 'Run again, or describe the range of the numbers in the prompt.',
  });
}

function noJsonError(text: string): ModelFailure {
  const problem = text.trim() === '' ? 'the answer is empty' : 'the answer is not JSON';
  return new ModelFailure('MODEL_ANSWER_INVALID', `${problem}, although the request has an output_schema`, {
    hint: 'Run again, require JSON in the prompt, or raise max_tokens if the answer was cut off.',
  });
}

function compile(schema: JsonSchema): ValidateFunction {
  const known = COMPILED.get(schema);
  if (known !== undefined) return known;
  // The dialect is chosen here, because a compiler rejects unknown names of dialects.
  const { $schema: name, ...body } = schema;
  const dialect = typeof name === 'string' && /draft-0\d/.test(name) ? 'old' : 'current';
  const compiler =
    dialect === 'old'
      ? (COMPILERS.old ??= addExactKeywords(new Ajv(OPTIONS)))
      : (COMPILERS.current ??= addExactKeywords(new Ajv2020(OPTIONS)));
  try {
    const validate = compiler.compile(plainCopy(body) as JsonSchema);
    // A compiler keeps its schemas and rejects another one with the same `$id`.
    compiler.removeSchema(validate.schema);
    COMPILED.set(schema, validate);
    return validate;
  } catch (error) {
    COMPILERS[dialect] = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new PflowError('NODE_PARAMS_INVALID', `output_schema is not a usable JSON Schema: ${reason}`, {
      path: 'output_schema',
      hint: 'Check it against https://json-schema.org; references to other documents are not followed.',
    });
  }
}
