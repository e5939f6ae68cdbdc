// Chooses the output of a run, by the same rule for text and JSON: the requested key, else the declared outputs, else
// the first of a few well-known keys that the last node wrote. Values keep their type.
import { PflowError } from '../errors.ts';
import { findNearestName } from '../values/nearest-name.ts';
import type { Workflow } from './schema.ts';
import { safeParseTemplate } from './templates/parse-template.ts';
import { resolveValue } from './templates/resolve-value.ts';
import { createLayeredScope, type Scope } from './templates/scope.ts';
import { isOfKind, kindOf, withArticle } from '../values/json-kind.ts';
import { joinNames } from '../values/join-names.ts';

interface OutputSource {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly store: Readonly<Record<string, unknown>>;
  readonly lastNode: string;
  /** The main output that the type of the last node declares. */
  readonly mainOutput?: string | undefined;
}

export interface OutputWarning {
  readonly code: 'OUTPUT_MISSING' | 'OUTPUT_TYPE';
  readonly message: string;
}

/** What a successful run puts out. */
export interface RunOutput {
  /** The `result` of the JSON document: an object with the declared outputs, else the one value. */
  readonly result: unknown;
  /** The value that text mode prints. A single declared output is printed without its name. */
  readonly value: unknown;
  /** The outputs that have a value, by name. */
  readonly produced: Readonly<Record<string, unknown>>;
  readonly warnings: readonly OutputWarning[];
  /** What the last node wrote, where no output was chosen from it. */
  readonly others?: readonly string[];
}

const WELL_KNOWN = ['response', 'result', 'output', 'text', 'stdout', 'content'];

/**
 * Chooses what a run puts out. Throws OUTPUT_MISSING for an unknown `key` (of `-o`). Without any output the value is
 * null.
 */
export function chooseOutput(run: OutputSource, key?: string): RunOutput {
  const scope = createLayeredScope(run.inputs, run.store);
  if (key !== undefined) return chooseByKey(run, key, scope);
  const declared = Object.keys(run.workflow.outputs ?? {});
  if (declared.length === 0) return chooseFromLastNode(run);
  const { produced, warnings } = resolveDeclared(run.workflow, scope);
  const [only = ''] = declared;
  const value = declared.length === 1 ? (produced[only] ?? null) : produced;
  return { result: produced, value, produced, warnings };
}

function resolveDeclared(workflow: Workflow, scope: Scope): Pick<RunOutput, 'produced' | 'warnings'> {
  const produced: Record<string, unknown> = {};
  const warnings: OutputWarning[] = [];
  for (const [name, { source, type }] of Object.entries(workflow.outputs ?? {})) {
    const { value, missing } = resolveValue(source, scope);
    const [first] = missing;
    if (first !== undefined) {
      const message = `output "${name}" is left out: ${first.expression} does not exist`;
      warnings.push({ code: 'OUTPUT_MISSING', message });
      continue;
    }
    produced[name] = value;
    if (type === undefined || isOfKind(value, type)) continue;
    const message = `output "${name}" is declared as ${withArticle(type)} and is ${withArticle(kindOf(value))}`;
    warnings.push({ code: 'OUTPUT_TYPE', message });
  }
  return { produced, warnings };
}

function chooseFromLastNode(run: OutputSource): RunOutput {
  const written = outputsOfLastNode(run);
  const isWritten = (one: string): boolean => Object.hasOwn(written, one) && written[one] !== undefined;
  const { mainOutput = '' } = run;
  const main = isWritten(mainOutput) && written[mainOutput] !== '' ? mainOutput : undefined;
  const name = WELL_KNOWN.find(isWritten) ?? main;
  if (name === undefined) {
    const others = Object.keys(written).filter(isWritten);
    return {
      result: null,
      value: null,
      produced: {},
      warnings: [],
      ...(others.length > 0 ? { others } : {}),
    };
  }
  return { result: written[name], value: written[name], produced: { [name]: written[name] }, warnings: [] };
}

function chooseByKey(run: OutputSource, key: string, scope: Scope): RunOutput {
  const { produced, warnings } = resolveDeclared(run.workflow, scope);
  const written = outputsOfLastNode(run);
  const holder = [produced, written].find((one) => Object.hasOwn(one, key) && one[key] !== undefined);
  const value = holder === undefined ? resolveKey(key, scope) : holder[key];
  if (value === undefined)
    throw missingOutputError(key, [...Object.keys(produced), ...Object.keys(written), ...scope.names()]);
  return { result: value, value, produced: { [key]: value }, warnings };
}

/** Resolves `key` as a reference, such as `summarize.response`. */
function resolveKey(key: string, scope: Scope): unknown {
  const parsed = safeParseTemplate('${' + key + '}');
  const [part] = parsed.ok ? parsed.template : [];
  if (part?.kind !== 'expression' || part.operands[0]?.kind !== 'reference') return undefined;
  const { value, missing } = resolveValue('${' + key + '}', scope);
  return missing.length === 0 ? value : undefined;
}

/** Without namespacing the writer of a key is unknown. Unchanged inputs are left out: no node wrote them. */
function outputsOfLastNode({
  workflow,
  inputs,
  store,
  lastNode,
}: OutputSource): Readonly<Record<string, unknown>> {
  if (!workflow.enable_namespacing) {
    const isGiven = (key: string): boolean =>
      Object.hasOwn(inputs, key) && Object.is(inputs[key], store[key]);
    return Object.fromEntries(Object.entries(store).filter(([key]) => !isGiven(key)));
  }
  const own = store[lastNode];
  return typeof own === 'object' && own !== null ? (own as Record<string, unknown>) : {};
}

export function missingOutputError(key: string, known: readonly string[]): PflowError {
  const names = [...new Set(known)].filter((name) => !/^__.*__$/.test(name));
  const nearest = findNearestName(key, names);
  return new PflowError('OUTPUT_MISSING', `there is no output "${key}"`, {
    details: [
      `available: ${joinNames(names)}`,
      ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
    ],
  });
}
