// Defines the schema of the part of the genai-prices format that is read. All other keys are ignored.
import * as z from 'zod';

const isValidPattern = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

const rule = z.union([z.string(), z.array(z.lazy((): z.ZodType<MatchRule> => match))]);

const match = z
  .record(z.string(), rule)
  .refine(
    ({ regex }) => regex === undefined || (typeof regex === 'string' && isValidPattern(regex)),
    'regex is not a valid pattern',
  );

const amount = z.number().nonnegative('must not be negative');

const price = z.union([
  amount,
  z.object({
    base: amount,
    tiers: z.array(z.object({ start: z.int().nonnegative(), price: amount })),
  }),
]);

const priceList = z.record(z.string(), price.optional());

const time = z.string().regex(/^\d{2}:\d{2}(:\d{2})?Z?$/, 'must be a UTC time such as 16:30:00Z');

const datedPrices = z.object({
  constraint: z
    .object({ start_date: z.string().optional(), start_time: time.optional(), end_time: time.optional() })
    .optional(),
  prices: priceList,
});

export const genaiModelSchema = z.object({
  id: z.string().min(1),
  match,
  prices: z.union([priceList, z.array(datedPrices)]),
});

export const genaiProviderSchema = z.object({ id: z.string().min(1), models: z.array(z.unknown()) });

export type MatchRule = { readonly [op: string]: string | readonly MatchRule[] };
export type GenaiPriceList = z.infer<typeof priceList>;
export type GenaiDatedPrices = z.infer<typeof datedPrices>;
export type GenaiModel = z.infer<typeof genaiModelSchema>;
