// Recognises a recorded usage that agrees with the provider's own numbers in the ordinary way: for nearly all calls of a
// log the whole check is then left out. It may only accept; a property test compares it with the whole check.
import type { Usage } from '../events/usage.ts';
import type { Fields } from '../values/json-fields.ts';
import { isOrdinaryVendor } from './vendors.ts';

/** The numbers that the forms of OpenAI, Anthropic and Google have in common. */
interface Numbers {
  input: number;
  output: number;
  total: number;
  cached: number;
  written: number;
  reasoning: number;
  /** Counted apart from the output. */
  thoughts: number;
}

const ABSENT = -1;

const NO_NUMBERS: Readonly<Numbers> = {
  input: ABSENT,
  output: ABSENT,
  total: ABSENT,
  cached: 0,
  written: 0,
  reasoning: 0,
  thoughts: 0,
};

/** True only if `checkRecorded` has no doubt. */
export function isOrdinary(provider: string, usage: Usage, raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || !isOrdinaryVendor(provider) || hasParts(usage)) return false;
  const fields = raw as Fields;
  const slots = slotsOf(fields);
  const numbers = { ...NO_NUMBERS };
  if (slots === undefined || !readAll(fields, slots, numbers)) return false;
  return slots === MESSAGES ? isBeside(numbers, usage) : isInside(numbers, usage);
}

function slotsOf(raw: Fields): Slots | undefined {
  if (raw['prompt_tokens'] !== undefined) return CHAT;
  if (raw['promptTokenCount'] !== undefined) return GOOGLE;
  if (raw['cache_read_input_tokens'] !== undefined) return MESSAGES;
  return raw['input_tokens_details'] === undefined ? undefined : RESPONSES;
}

/** Counts that are rare, and what a usage does not have in the ordinary way. */
function hasParts(usage: Usage): boolean {
  return (
    usage.input_audio_tokens !== undefined ||
    usage.input_image_tokens !== undefined ||
    usage.output_audio_tokens !== undefined ||
    usage.output_image_tokens !== undefined ||
    usage.cache_read_audio_tokens !== undefined ||
    usage.cache_read_image_tokens !== undefined ||
    usage.cache_creation_1h_input_tokens !== undefined ||
    usage.speed !== undefined ||
    usage.geo !== undefined
  );
}

type Slots = Readonly<Record<string, keyof Numbers | Readonly<Record<string, keyof Numbers>>>>;

const INPUT_PARTS = { cached_tokens: 'cached', cache_write_tokens: 'written' } as const;
const OUTPUT_PARTS = { reasoning_tokens: 'reasoning' } as const;

const CHAT: Slots = {
  prompt_tokens: 'input',
  completion_tokens: 'output',
  total_tokens: 'total',
  prompt_tokens_details: INPUT_PARTS,
  completion_tokens_details: OUTPUT_PARTS,
};

const RESPONSES: Slots = {
  input_tokens: 'input',
  output_tokens: 'output',
  total_tokens: 'total',
  input_tokens_details: INPUT_PARTS,
  output_tokens_details: OUTPUT_PARTS,
};

const MESSAGES: Slots = {
  input_tokens: 'input',
  output_tokens: 'output',
  cache_read_input_tokens: 'cached',
  cache_creation_input_tokens: 'written',
};

const GOOGLE: Slots = {
  promptTokenCount: 'input',
  candidatesTokenCount: 'output',
  totalTokenCount: 'total',
  cachedContentTokenCount: 'cached',
  thoughtsTokenCount: 'thoughts',
};

/** False for any other member that is not 0 or null. */
function readAll(fields: Fields, slots: Slots, numbers: Numbers): boolean {
  for (const name in fields) {
    const value = fields[name];
    const slot = Object.hasOwn(slots, name) ? slots[name] : undefined;
    if (typeof slot === 'string') {
      if (typeof value !== 'number' || value < 0) return false;
      numbers[slot] = value;
    } else if (value !== null && value !== 0) {
      if (slot === undefined || typeof value !== 'object') return false;
      if (!readAll(value as Fields, slot, numbers)) return false;
    }
  }
  return true;
}

/** All counts of `usage` are whole, so those that equal them are too. */
function isInside(numbers: Numbers, usage: Usage): boolean {
  const { input, output, total, cached, written, reasoning, thoughts } = numbers;
  return (
    input >= 0 &&
    output >= 0 &&
    (total === ABSENT || total === input + output + thoughts) &&
    input - cached - written === usage.input_tokens &&
    isSame(numbers, usage, output + thoughts, reasoning + thoughts)
  );
}

function isBeside(numbers: Numbers, usage: Usage): boolean {
  return (
    numbers.output >= 0 && numbers.input === usage.input_tokens && isSame(numbers, usage, numbers.output, 0)
  );
}

function isSame({ cached, written }: Numbers, usage: Usage, output: number, reasoning: number): boolean {
  return (
    output === usage.output_tokens &&
    cached === (usage.cache_read_input_tokens ?? 0) &&
    written === (usage.cache_creation_input_tokens ?? 0) &&
    reasoning === (usage.reasoning_tokens ?? 0) &&
    reasoning <= output
  );
}
