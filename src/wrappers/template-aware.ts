// The TemplateAware layer: resolves the params of a node right before it runs, and tells an onlooker what
// became of each. Only nodes whose params hold a template have it.
import type { NodeContext, NodeObserver, SharedStore } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { Node, Params } from '../flow/node.ts';
import { hasTemplate } from '../workflow/templates/has-template.ts';
import { resolveParams, type Resolution, type ResolvedParams } from '../workflow/templates/resolve-params.ts';
import { createLayeredScope } from '../workflow/templates/scope.ts';
import { unobservedView } from './store-view.ts';

/** Undefined for a node without a template: it needs no layer. Workflow `inputs` win over the store. */
export function templateAware<C extends NodeContext>(
  node: Node<C>,
  inputs: Readonly<Record<string, unknown>>,
): Layer<C> | undefined {
  if (!hasTemplate(templatedParams(node))) return undefined;
  return {
    name: 'template-aware',
    run: (templated, shared, context, inner) => {
      const resolved = resolve(templated, shared, inputs);
      if (context.observer !== undefined) tell(context.observer, resolved.resolutions);
      const ready = templated.clone();
      ready.params = { ...templated.params, ...resolved.params };
      return inner(ready, shared, context);
    },
  };
}

function templatedParams<C extends NodeContext>({ params, literal }: Node<C>): Params {
  if (literal.length === 0) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !literal.includes(name)));
}

function resolve<C extends NodeContext>(
  node: Node<C>,
  shared: SharedStore,
  inputs: Readonly<Record<string, unknown>>,
): ResolvedParams {
  try {
    return resolveParams(node.id, templatedParams(node), createLayeredScope(inputs, unobservedView(shared)));
  } catch (error) {
    // The node never begins, so nobody else writes down why.
    shared['error'] = error instanceof Error ? error.message : String(error);
    throw error;
  }
}

function tell(observer: NodeObserver, resolutions: readonly Resolution[]): void {
  for (const { param, template, value, references } of resolutions) {
    observer.templateResolved(param, template, value);
    // An object is handed over as it is: the node may change it in place.
    if (typeof value !== 'object' || value === null) continue;
    for (const { name, path } of references) {
      const [key] = path;
      observer.touched(typeof key === 'string' ? [name, key] : [name]);
    }
  }
}
