// A call's usage taken apart into classes that never overlap, or the reason why that cannot be done. It
// never trusts the writer: contradictory numbers are named, and never become a charge.
import { usageContradiction } from '../../src/events/usage-contradiction.ts';
import type { Usage } from '../../src/events/usage.ts';
import { TOKEN_CLASSES } from './token-class.ts';

export type UsageReading =
  | {
      readonly state: 'metered';
      /** In the order of `TOKEN_CLASSES`. */
      readonly tokens: readonly number[];
      /** All input, cached included: what decides a tier. */
      readonly inputTokens: number;
      readonly total: number;
    }
  | { readonly state: 'unmetered'; readonly total: number }
  | {
      readonly state: 'rejected';
      readonly reason: string;
      /** What can be counted without contradiction. */
      readonly tokens: readonly number[];
      readonly total: number;
    };

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);

const countOr0 = (value: unknown): number => (isCount(value) ? value : 0);

function rejected(usage: Usage, reason: string): UsageReading {
  const tokens = new Array<number>(TOKEN_CLASSES.length).fill(0);
  tokens[0] = countOr0(usage.input_tokens);
  tokens[1] = countOr0(usage.output_tokens);
  tokens[2] = countOr0(usage.cache_read_input_tokens);
  tokens[3] = countOr0(usage.cache_creation_input_tokens);
  const total = isCount(usage.total_tokens) ? usage.total_tokens : tokens.reduce((a, b) => a + b, 0);
  return { state: 'rejected', reason, tokens, total: countOr0(total) };
}

const isEmptyUsage = (usage: Usage): boolean =>
  usage.input_tokens === undefined &&
  usage.output_tokens === undefined &&
  usage.cache_creation_input_tokens === undefined &&
  usage.cache_read_input_tokens === undefined &&
  usage.requests === undefined;

const or0 = (count: number | undefined): number => count ?? 0;

/** In the order of `TOKEN_CLASSES`. Of counts that do not contradict each other. */
function classesOf(usage: Usage): number[] {
  const inputAudio = or0(usage.input_audio_tokens);
  const inputImage = or0(usage.input_image_tokens);
  const readAudio = or0(usage.cache_read_audio_tokens);
  const readImage = or0(usage.cache_read_image_tokens);
  const outputAudio = or0(usage.output_audio_tokens);
  const outputImage = or0(usage.output_image_tokens);
  const reasoning = or0(usage.reasoning_tokens);
  const written1h = or0(usage.cache_creation_1h_input_tokens);
  return [
    or0(usage.input_tokens) - inputAudio - inputImage,
    or0(usage.output_tokens) - outputAudio - outputImage - reasoning,
    or0(usage.cache_read_input_tokens) - readAudio - readImage,
    or0(usage.cache_creation_input_tokens) - written1h,
    written1h,
    inputAudio,
    inputImage,
    readAudio,
    readImage,
    outputAudio,
    outputImage,
    reasoning,
  ];
}

export function readUsage(usage: Usage | undefined): UsageReading {
  if (usage === undefined) return { state: 'unmetered', total: 0 };
  const contradiction = usageContradiction(usage);
  if (contradiction !== null) return rejected(usage, contradiction);
  const tokens = classesOf(usage);
  const inputTokens =
    or0(usage.input_tokens) + or0(usage.cache_creation_input_tokens) + or0(usage.cache_read_input_tokens);
  const total = usage.total_tokens ?? inputTokens + or0(usage.output_tokens);
  if (isEmptyUsage(usage)) return { state: 'unmetered', total };
  if (!Number.isSafeInteger(total)) return rejected(usage, 'the tokens of one call are too many to count');
  return { state: 'metered', tokens, inputTokens, total };
}
