// Calculates a cost from the documented fields of a list, without code of pflow.
import Big from 'big.js';
import type { Usage } from '../../src/events/usage.ts';

export type ListFields = Readonly<Record<string, unknown>>;

/** USD per token. Lists leave out what a model does not have. */
type PriceOf = (name: (typeof CLASSES)[number], input: number) => Big;

const CLASSES = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;

/** The whole input decides which prices apply. */
function costOf(usage: Usage, priceOf: PriceOf): Big {
  const { input_tokens: plain = 0, cache_read_input_tokens: read = 0 } = usage;
  const input = plain + read + (usage.cache_creation_input_tokens ?? 0);
  return CLASSES.reduce((sum, name) => sum.plus(priceOf(name, input).times(usage[name] ?? 0)), new Big(0));
}

const fieldsOf = (value: unknown): ListFields => (value ?? {}) as ListFields;
/** Lists have the errors of binary floats, which are not part of a price. */
const numberOf = (value: unknown): number => (typeof value === 'number' ? Number(value.toPrecision(15)) : 0);

const LITELLM_FIELDS = {
  input_tokens: 'input_cost_per_token',
  output_tokens: 'output_cost_per_token',
  cache_read_input_tokens: 'cache_read_input_token_cost',
  cache_creation_input_tokens: 'cache_creation_input_token_cost',
} as const;

/** `input_cost_per_token_above_200k_tokens` and its like replace the price above the threshold. */
export function litellmCost(entry: ListFields, usage: Usage): string {
  const { speed = '' } = usage;
  const factor = fieldsOf(entry['provider_specific_entry'])[speed];
  const sum = costOf(usage, (name, input) => {
    const field = LITELLM_FIELDS[name];
    const above = [272, 200, 128].find(
      (thousands) =>
        input > thousands * 1000 && Object.hasOwn(entry, `${field}_above_${String(thousands)}k_tokens`),
    );
    return new Big(numberOf(entry[above === undefined ? field : `${field}_above_${String(above)}k_tokens`]));
  });
  const fee = numberOf(entry['input_cost_per_request']);
  return sum
    .times(typeof factor === 'number' ? factor : 1)
    .plus(fee)
    .toFixed();
}

const DEV_FIELDS = {
  input_tokens: 'input',
  output_tokens: 'output',
  cache_read_input_tokens: 'cache_read',
  cache_creation_input_tokens: 'cache_write',
} as const;

/** Prices are USD per million tokens; those of `context_over_200k` replace others. */
export function modelsDevCost(model: ListFields, usage: Usage): string {
  const cost = fieldsOf(model['cost']);
  const long = fieldsOf(cost['context_over_200k']);
  return costOf(usage, (name, input) => {
    const field = DEV_FIELDS[name];
    return new Big(numberOf(input > 200_000 && Object.hasOwn(long, field) ? long[field] : cost[field])).div(
      1e6,
    );
  }).toFixed();
}
