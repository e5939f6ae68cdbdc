// Defines the data of a pricing, for a program that has no files.
import type { PricedAs } from '../find-cards.ts';
import type { BookOrigin } from './book-info.ts';

/** A price book as it was read. */
export interface PriceBookSource {
  readonly origin: BookOrigin;
  /** It was checked when it was written. */
  readonly isTrusted: boolean;
  readonly json: unknown;
}

/** Price books in order of precedence, and the rules that are laid over them. */
export interface PriceSources {
  readonly books: readonly PriceBookSource[];
  readonly rules: { readonly date: string; readonly sha256: string; readonly json: unknown };
  readonly gateways: Readonly<Record<string, PricedAs>>;
  readonly costSource: 'auto' | 'calculated';
}
