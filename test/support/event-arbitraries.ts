// Defines a fast-check arbitrary of valid payloads for each type of event.
import fc from 'fast-check';
import type { EventData, EventType } from '../../src/events/vocabulary.ts';
import { FREE, MINI, SONNET, UNKNOWN } from './test-prices.ts';

/** Any value that a log can hold, including `__proto__` as a key; JSON turns -0 into 0. */
export const jsonValue: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const key = fc.constantFrom('__proto__', 'constructor', '__llm_calls__', '__x__', 'a', 'b', 'error', '0');
const step = fc.oneof(key, fc.nat(3));
const duration = fc.oneof(
  fc.nat(5_000_000).map((us) => us / 1000),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
);
const durationMs = duration.map((ms) => Math.abs(ms));
const model = fc.constantFrom(SONNET, MINI, FREE, UNKNOWN, '__proto__', '');
const call = fc.integer({ min: 1, max: 5 });
const error = fc.record({ name: fc.constant('Error'), message: fc.string() });
const jsonObject = fc.dictionary(key, jsonValue, { maxKeys: 3 });
const count = fc.oneof(fc.nat(100_000), fc.nat(100), fc.constantFrom(0.5, 2 ** 53, 1e300));

/** Token counts that may contradict each other. */
const anyUsage = fc.record(
  {
    input_tokens: count,
    output_tokens: count,
    total_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_1h_input_tokens: count,
    reasoning_tokens: count,
    requests: fc.dictionary(fc.constantFrom('web_search', '__proto__'), fc.nat(3)),
  },
  { requiredKeys: [] },
);

const patch = fc
  .tuple(fc.constantFrom('add', 'replace', 'remove'), fc.array(step, { maxLength: 3 }), jsonValue)
  .map(([op, path, value]) => (op === 'remove' ? { op, path } : { op, path, value }));

/** Includes the node types and actions of the planner. */
const nodeType = fc.oneof(key, fc.constant('WorkflowDiscovery'));
const action = fc.oneof(key, fc.constantFrom('found_existing', 'not_found', 'retry'));

/** Makes a record in which the keys of `optional` may be absent. */
function recordWithOptional(
  optional: readonly string[],
  model: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<unknown> {
  const requiredKeys = Object.keys(model).filter((name) => !optional.includes(name));
  return fc.record(model, { requiredKeys });
}

const ARBITRARIES: { readonly [T in EventType]: fc.Arbitrary<unknown> } = {
  'run.started': recordWithOptional(
    ['request', 'inputs', 'pid', 'host', 'tags', 'input_origins', 'resumed_from', 'cwd', 'ir'],
    {
      format: fc.constant(1),
      pflow: fc.constant('1.0.0'),
      node_version: fc.constant('v20.20.0'),
      level: fc.constantFrom('metrics', 'trace'),
      workflow: fc.option(fc.record({ name: key, hash: fc.constant('f00d') })),
      source: fc.constantFrom('file', 'saved', 'planner'),
      request: fc.string(),
      inputs: jsonObject,
      pid: fc.integer({ min: 1, max: 99_999 }),
      host: fc.constant('0123456789abcdef'),
      tags: fc
        .dictionary(fc.constantFrom('customer', 'team'), fc.string(), { maxKeys: 2 })
        .map((tags) => ({ ...tags })),
      input_origins: fc
        .dictionary(key, fc.constantFrom('given', 'environment', 'default', 'none'), { maxKeys: 2 })
        .map((origins) => ({ ...origins })),
      resumed_from: fc.record({ run: fc.constant('elsewhere'), seq: fc.nat(9) }),
      cwd: fc.constant('/work'),
      ir: fc.oneof(
        jsonObject,
        fc.record({
          nodes: fc.array(fc.oneof(jsonValue, fc.record({ id: key, params: jsonObject })), { maxLength: 3 }),
        }),
      ),
    },
  ),
  'run.completed': fc.record({
    status: fc.constantFrom('success', 'failed', 'interrupted', 'paused', 'denied'),
    duration_ms: durationMs,
    events: fc.nat(100),
  }),
  'planner.started': fc.constant({}),
  'planner.completed': recordWithOptional(['error'], {
    status: fc.constantFrom('generated', 'reused', 'failed'),
    duration_ms: durationMs,
    error,
  }),
  'workflow.started': recordWithOptional(['ir'], {
    name: key,
    hash: fc.constant('f00d'),
    nodes: fc.array(key, { maxLength: 4 }),
    ir: jsonObject,
  }),
  'workflow.completed': fc.record({ status: fc.constantFrom('success', 'failed'), duration_ms: durationMs }),
  'node.started': fc.record({ node_type: nodeType }),
  'node.completed': fc.record({ node_type: nodeType, action, duration_ms: durationMs }),
  'node.failed': fc.record({ node_type: key, duration_ms: durationMs, error }),
  'node.restored': recordWithOptional(['fingerprint', 'workflows'], {
    node_type: nodeType,
    action,
    from: fc.record({ run: fc.constant('elsewhere'), seq: fc.nat(9) }),
    fingerprint: key,
    workflows: fc.dictionary(key, key, { maxKeys: 2 }),
  }),
  'node.approval': fc.record({ decision: fc.constantFrom('approved', 'denied', 'waiting') }),
  'batch.started': fc.record({ items: fc.nat(5) }),
  'node.retried': fc.record({ error, wait_ms: durationMs }),
  'llm.completed': fc.record(
    {
      call,
      provider: fc.constantFrom('anthropic', '__proto__'),
      model,
      response_model: model,
      usage: anyUsage,
      service_tier: fc.constantFrom('batch', 'standard', '__proto__'),
      duration_ms: durationMs,
      provider_cost_usd: fc.constantFrom(0, 0.1, 1e-7),
      reused: fc.record({ run: fc.constant('elsewhere'), seq: fc.nat(9) }),
    },
    { requiredKeys: ['call', 'provider', 'model', 'usage', 'duration_ms'] },
  ),
  'llm.failed': fc.record(
    { call, model, duration_ms: durationMs, error, usage: anyUsage },
    { requiredKeys: ['call', 'model', 'duration_ms', 'error'] },
  ),
  'warning.raised': fc.record({ code: key, message: fc.string() }),
  'llm.sent': fc.record({ call, model }),
  'llm.prompted': fc.record(
    { call, model, prompt: jsonValue, system: fc.string(), options: jsonObject },
    { requiredKeys: ['call', 'model', 'prompt'] },
  ),
  'llm.answered': fc.record({ call, response: jsonValue }),
  'template.resolved': fc.record({ param: key, template: jsonValue, value: jsonValue }),
  'store.changed': fc.record({ patches: fc.array(patch, { maxLength: 4 }) }),
  'item.produced': fc.record({ outputs: jsonObject }),
  'output.produced': fc.record({ name: key, value: jsonValue }),
};

/** Payloads with normal prototypes, as JSON.parse returns them; fast-check also makes null prototypes. */
export const EVENT_DATA = Object.fromEntries(
  Object.entries(ARBITRARIES).map(([type, arbitrary]) => [
    type,
    arbitrary.map((data) => JSON.parse(JSON.stringify(data)) as EventData),
  ]),
) as { readonly [T in EventType]: fc.Arbitrary<EventData<T>> };
