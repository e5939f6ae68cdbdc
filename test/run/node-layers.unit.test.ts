import { expect, test } from 'vitest';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { loadNodeTypes } from '../../src/nodes/registry.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';
import { createNodeDecorator } from '../../src/run/node-layers.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { workflowSchema } from '../../src/workflow/schema.ts';
import { createCallCounter } from '../../src/wrappers/call-counter.ts';
import { createInstrumentedLayer } from '../../src/wrappers/instrumented.ts';

const registry = await loadNodeTypes(['echo']);

/** Names of the layers around the two nodes, outermost first. */
function layersOf(isLogged: boolean, enable_namespacing = true): readonly (readonly string[])[] {
  const workflow = workflowSchema.parse({
    enable_namespacing,
    nodes: [
      { id: 'plain', type: 'echo', params: { message: 'x' } },
      { id: 'templated', type: 'echo', params: { message: '${plain.echo}' } },
    ],
  });
  const log = openMemoryLog({ level: 'trace', host: systemLogHost, redactor: createRedactor({}) });
  const layer = createInstrumentedLayer<RunContext>({
    log,
    phase: 'workflow',
    monotonic: () => 0,
    calls: createCallCounter(),
  });
  const decorate = createNodeDecorator({
    workflow,
    inputs: {},
    ...(isLogged ? { instrumented: layer } : {}),
  });
  const layers: (readonly string[])[] = [];
  compileWorkflow(workflow, {
    registry,
    decorate: (node, spec) => {
      decorate(node, spec);
      layers.push(node.layers);
    },
  });
  return layers;
}

test('the layers are Instrumented, Namespaced and TemplateAware; a node without a template has no TemplateAware', () => {
  expect(layersOf(true)).toEqual([
    ['instrumented', 'namespaced'],
    ['instrumented', 'namespaced', 'template-aware'],
  ]);
});

test('without a log there is no instrumented layer', () => {
  expect(layersOf(false)).toEqual([['namespaced'], ['namespaced', 'template-aware']]);
});

test('without namespacing the node works on the root store, in the same order', () => {
  expect(layersOf(true, false)).toEqual([
    ['instrumented', 'shared-root'],
    ['instrumented', 'shared-root', 'template-aware'],
  ]);
});
