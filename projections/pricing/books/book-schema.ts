// Validates price files in the pflow format, `pflow-prices/1`. They may be written by hand, so unknown keys are
// rejected: a misspelt price is never a missing one.
import * as z from 'zod';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';
import type { TokenClass } from '../../../src/events/usage-counts.ts';
import { parseInstant } from '../instant.ts';

const price = z.union([
  z.number().nonnegative('must not be negative'),
  z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal number that is not negative, such as "0.15"'),
]);

const classPrice = price.optional();

const classPrices = {
  ...(Object.fromEntries(TOKEN_CLASSES.map((name) => [name, classPrice])) as Record<
    TokenClass,
    typeof classPrice
  >),
  cache_write: classPrice.describe('another name for cache_write_5m'),
};

const tier = z.strictObject({
  above_input_tokens: z.int().nonnegative(),
  inclusive: z.boolean().optional(),
  ...classPrices,
});

const serviceTier = z
  .strictObject({ multiplier: price.optional(), ...classPrices, tiers: z.array(tier).optional() })
  .refine((own) => own.multiplier === undefined || Object.keys(own).length === 1, {
    message: 'has either a multiplier or prices, not both',
  });

const calendarDay = z
  .string()
  .refine((text) => parseInstant(text) !== null, 'must be a UTC date such as 2026-11-01');

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must be a UTC time such as 16:30');

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const values = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Limits a card to calls with these facts. It is laid over the card without a condition. */
const condition = z
  .strictObject({
    speed: values.optional(),
    geo: values.optional(),
    region: values.optional(),
    search_context: values.optional(),
  })
  .refine((when) => Object.keys(when).length > 0, 'has no condition');

const card = z.strictObject({
  ...classPrices,
  requests: z.record(z.string(), z.strictObject({ per_1000: price })).optional(),
  tiers: z.array(tier).optional(),
  service_tiers: z.record(z.string(), serviceTier).optional(),
  provider: z.string().min(1).optional(),
  aliases: z.array(z.string().min(1)).optional(),
});

export const datedCardSchema = card.extend({
  from: calendarDay.optional(),
  until: calendarDay.optional(),
  utc_window: z.tuple([hour, hour]).optional(),
  days: z.array(z.enum(DAYS)).min(1).optional().describe('days of the week in UTC'),
  when: condition.optional(),
  multiplier: price.optional().describe('a factor on token prices, for a card with `when`'),
});

export const bookSchema = z.strictObject({
  format: z.literal('pflow-prices/1'),
  version: z.string().optional(),
  currency: z.literal('USD', 'must be USD').optional(),
  source: z.string().optional(),
  date: calendarDay.optional().describe('the day of the prices'),
  imported: z.boolean().optional().describe('a copy of a public list'),
  models: z.record(z.string(), z.unknown()),
});

/** Days of the week as books write them, Monday first. */
export const WEEK_DAYS: readonly string[] = DAYS;

export type RawPrice = number | string;
export type RawPrices = { -readonly [K in keyof typeof classPrices]?: RawPrice | undefined };
export type RawTier = z.infer<typeof tier>;
export type RawServiceTier = z.infer<typeof serviceTier>;
export type RawCard = z.infer<typeof datedCardSchema>;
export type RawModels = Record<string, RawCard | RawCard[]>;

export interface RawBook {
  format: 'pflow-prices/1';
  version?: string;
  currency?: 'USD';
  source?: string;
  date?: string;
  imported?: boolean;
  models: RawModels;
}
