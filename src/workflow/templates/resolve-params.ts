// Resolves the templates in the params of a node. It records what each was resolved from.
import { PflowError } from '../../errors.ts';
import type { CommandLine } from '../../flow/context.ts';
import type { Params } from '../../flow/node.ts';
import { formatPath } from '../problem.ts';
import type { PlainReference } from './ast.ts';
import { resolveCommand, type CommandScope } from './resolve-command.ts';
import { resolveValue, type MissingReference, type ResolvedValue } from './resolve-value.ts';
import type { Scope } from './scope.ts';

export interface Resolution {
  readonly param: string;
  /** The param as it is in the workflow. */
  readonly template: unknown;
  readonly value: unknown;
  /** References that were looked up, so that observers can report which keys were read. */
  readonly references: readonly PlainReference[];
}

export interface ResolvedParams {
  readonly params: Params;
  /** One for each param with a reference. If empty and nothing was unescaped, `params` is the given object. */
  readonly resolutions: readonly Resolution[];
  /** By param, for commands with a reference. */
  readonly commandLines?: Readonly<Record<string, CommandLine>>;
}

export interface CommandParams {
  /** Names of the params that are commands. */
  readonly params: readonly string[];
  readonly scope: CommandScope;
}

/** Throws TEMPLATE_UNRESOLVED with every missing reference. */
export function resolveParams(
  nodeId: string,
  params: Params,
  scope: Scope,
  commands?: CommandParams,
): ResolvedParams {
  const resolutions: Resolution[] = [];
  const missing: MissingReference[] = [];
  const changed: [string, unknown][] = [];
  const commandLines: [string, CommandLine][] = [];
  for (const [param, template] of Object.entries(params)) {
    const resolved = resolveParam(param, template, scope, commands);
    for (const one of resolved.missing) missing.push({ ...one, path: [param, ...one.path] });
    if (resolved.value !== template) changed.push([param, resolved.value]);
    const { references, line } = resolved;
    if (line !== undefined) commandLines.push([param, line]);
    if (references.length > 0)
      resolutions.push({ param, template, value: line?.shown ?? resolved.value, references });
  }
  if (missing.length > 0) throw unresolvedTemplateError(nodeId, missing);
  if (changed.length === 0) return { params, resolutions };
  return {
    params: { ...params, ...Object.fromEntries(changed) },
    resolutions,
    ...(commandLines.length === 0 ? {} : { commandLines: Object.fromEntries(commandLines) }),
  };
}

function resolveParam(
  param: string,
  template: unknown,
  scope: Scope,
  commands: CommandParams | undefined,
): ResolvedValue {
  const isCommand = commands?.params.includes(param) === true && typeof template === 'string';
  return isCommand ? resolveCommand(template, scope, commands.scope) : resolveValue(template, scope);
}

function unresolvedTemplateError(nodeId: string, missing: readonly MissingReference[]): PflowError {
  const [first, ...others] = missing.map(({ path, expression, details }) => ({
    sentence: `param "${formatPath(path)}": ${expression} does not exist`,
    details,
  }));
  return new PflowError('TEMPLATE_UNRESOLVED', `node "${nodeId}", ${first?.sentence ?? ''}`, {
    node_id: nodeId,
    details: [...(first?.details ?? []), ...others.flatMap((one) => [one.sentence, ...one.details])],
  });
}
