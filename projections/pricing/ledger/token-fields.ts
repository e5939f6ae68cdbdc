// Writes sums of tokens under the names that results have for them.
import { addCounts } from '../../tally/count.ts';
import { toNumber } from '../decimal.ts';
import type { TokenSums } from './sum-ledger.ts';

export interface TokenFields {
  tokens_input: number;
  tokens_output: number;
  /** Input and output. Not `total_tokens`, which includes cached tokens. */
  tokens_total: number;
  tokens_cache_creation: number;
  tokens_cache_read: number;
  tokens_reasoning: number;
}

export function tokenFields(sums: TokenSums): TokenFields {
  return {
    tokens_input: toNumber(sums.input_tokens),
    tokens_output: toNumber(sums.output_tokens),
    tokens_total: toNumber(addCounts(sums.input_tokens, sums.output_tokens)),
    tokens_cache_creation: toNumber(sums.cache_creation_input_tokens),
    tokens_cache_read: toNumber(sums.cache_read_input_tokens),
    tokens_reasoning: toNumber(sums.reasoning_tokens),
  };
}
