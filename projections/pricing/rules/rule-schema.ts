// Validates price rules, `rules.json`: what published price lists lack or have wrong, each with source and date.
import * as z from 'zod';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';
import { datedCardSchema, type RawCard } from '../books/book-schema.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-11-01');

/** A name such as `openai/gpt-5*`: the seller, and a model in which `*` is any text. */
const pattern = z
  .string()
  .regex(/^[a-z0-9-]+\/[^\s]+$/, 'must be a seller and a model, such as openai/gpt-5*');

const tokenClass = z.enum(TOKEN_CLASSES);

const rule = z.strictObject({
  models: z.array(pattern).min(1),
  except: z.array(pattern).optional(),
  source: z.string().min(1).describe('where the provider states it'),
  date: day.describe('when the source was read'),
  service_tiers: datedCardSchema.shape.service_tiers,
  requests: datedCardSchema.shape.requests,
  prices: z
    .partialRecord(tokenClass, z.number())
    .optional()
    .describe('of classes that the list has no price for'),
  same_price: z
    .partialRecord(tokenClass, tokenClass)
    .optional()
    .describe('classes with the price of another'),
  tiers: datedCardSchema.shape.tiers.describe('for lists without tiers'),
  when: z.array(z.unknown()).optional().describe('cards with a condition'),
  above: z.array(z.int()).optional().describe('thresholds that belong to the lower tier'),
  cards: z.array(z.unknown()).optional().describe('instead of those of a list, until the date of the list'),
  uncertain_cache: z
    .array(z.string().min(1))
    .optional()
    .describe('service tiers whose factor may not apply to cached tokens'),
  uncertain_above: z
    .int()
    .optional()
    .describe('input beyond which the price may be higher, for lists without tiers'),
  uncertain: z.string().optional().describe('why a price depends on what the call does not report'),
  region_unknown: z
    .string()
    .optional()
    .describe('why the price depends on a region that the call does not report'),
  seller_unknown: z
    .string()
    .optional()
    .describe('why the price depends on a seller that the call does not report'),
});

const floating = z.strictObject({
  source: z.string().min(1),
  periods: z
    .array(z.strictObject({ from: day.optional(), until: day.optional(), model: pattern }))
    .min(1)
    .describe('the model that the name meant; after the last `until` it is assumed to mean the last one'),
});

export const rulesSchema = z.strictObject({
  format: z.literal('pflow-price-rules/1'),
  date: day,
  checked: z.array(z.strictObject({ models: z.array(pattern).min(1), source: z.string().min(1), date: day })),
  rules: z.array(rule),
  floating: z.record(z.string(), floating),
  models: z.record(z.string(), z.unknown()).describe('entries that lists lack, as in a price file'),
});

export type RawRule = Omit<z.infer<typeof rule>, 'when' | 'cards'> & {
  readonly when?: RawCard[] | undefined;
  readonly cards?: RawCard[] | undefined;
};

export type RawFloating = z.infer<typeof floating>;

export interface RawRules extends Omit<z.infer<typeof rulesSchema>, 'rules' | 'models'> {
  rules: RawRule[];
  models: Record<string, RawCard | RawCard[]>;
}
