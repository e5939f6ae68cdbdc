// Resolves the templates in the params of a node right before it runs. The layer reports each resolution to the
// observer. Only nodes whose params contain a template have it.
import type { NodeContext, NodeObserver, SharedStore } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { Node, Params } from '../flow/node.ts';
import type { IsTemplateName } from '../workflow/templates/command-names.ts';
import type { KnownCommand } from '../workflow/templates/hand-over.ts';
import type { CommandScope } from '../workflow/templates/resolve-command.ts';
import { hasTemplate } from '../workflow/templates/has-template.ts';
import { resolveParams, type Resolution, type ResolvedParams } from '../workflow/templates/resolve-params.ts';
import { createLayeredScope } from '../workflow/templates/scope.ts';
import { warnOfJsonAsText, type JsonParams } from './json-as-text.ts';
import { warnOfOptions } from './option-like.ts';
import { unobservedView } from './store-view.ts';

export interface TemplateSources {
  /** Values of the workflow's inputs; they win over the store. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: ReadonlySet<string>;
  readonly isTemplateName: IsTemplateName;
  /** Inputs whose value is the default that the workflow gives them. */
  readonly defaultedInputs?: ReadonlySet<string>;
}

const NO_LOCALS: Readonly<Record<string, unknown>> = {};

/** Returns undefined for a node without templates. */
export function createTemplateLayer<C extends NodeContext>(
  node: Node<C>,
  sources: TemplateSources,
  jsonParams: JsonParams = [],
): Layer<C> | undefined {
  if (!hasTemplate(pickTemplatedParams(node))) return undefined;
  const warned = new Set<string>();
  const { defaultedInputs: defaulted = new Set() } = sources;
  const lookups = { ...sources, parsed: new Map<string, KnownCommand>() };
  return {
    name: 'template-aware',
    run: (templated, shared, context, inner) => {
      const { params, resolutions, commandLines } = resolve(
        templated,
        shared,
        lookups,
        context.locals ?? NO_LOCALS,
      );
      if (context.observer !== undefined) reportResolutions(context.observer, resolutions);
      if (jsonParams.length > 0) {
        const check = { written: templated.params, params, names: jsonParams, warned };
        warnOfJsonAsText(templated, check, context);
      }
      const copy = templated.clone();
      Object.assign(copy.params, params);
      if (commandLines === undefined) return inner(copy, shared, context);
      warnOfOptions(templated, { commandLines, defaulted, warned }, context);
      return inner(copy, shared, { ...context, commandLines });
    },
  };
}

function pickTemplatedParams<C extends NodeContext>({
  params,
  literal,
}: Pick<Node<C>, 'params' | 'literal'>): Params {
  if (literal.length === 0) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !literal.includes(name)));
}

function resolve<C extends NodeContext>(
  node: Node<C>,
  shared: SharedStore,
  sources: TemplateSources & Pick<CommandScope, 'parsed'>,
  locals: Readonly<Record<string, unknown>>,
): ResolvedParams {
  try {
    return resolveNodeParams(node, shared, sources, locals);
  } catch (error) {
    // The node itself stores the error only after its start.
    shared['error'] = error instanceof Error ? error.message : String(error);
    throw error;
  }
}

/** Resolves the params of a node and changes nothing. Throws TEMPLATE_UNRESOLVED. */
export function resolveNodeParams<C extends NodeContext>(
  node: Pick<Node<C>, 'id' | 'params' | 'literal' | 'commands'>,
  shared: SharedStore,
  { inputs, secretInputs: secrets, isTemplateName, parsed }: TemplateSources & Pick<CommandScope, 'parsed'>,
  locals: Readonly<Record<string, unknown>>,
): ResolvedParams {
  const params = pickTemplatedParams(node);
  const scope = createLayeredScope(locals, inputs, unobservedView(shared));
  if (node.commands.length === 0) return resolveParams(node.id, params, scope);
  const { env } = node.params;
  const variables = new Set(typeof env === 'object' && env !== null ? Object.keys(env) : []);
  const isOwn = (name: string): boolean => Object.hasOwn(locals, name) || isTemplateName(name);
  return resolveParams(node.id, params, scope, {
    params: node.commands,
    scope: { isTemplateName: isOwn, variables, secrets, parsed },
  });
}

function reportResolutions(observer: NodeObserver, resolutions: readonly Resolution[]): void {
  for (const { param, template, value, references } of resolutions) {
    observer.templateResolved(param, template, value);
    // An object is not copied, so the node may change it in place.
    if (typeof value !== 'object' || value === null) continue;
    for (const { name, path } of references) {
      const [key] = path;
      observer.touched(typeof key === 'string' ? [name, key] : [name]);
    }
  }
}
