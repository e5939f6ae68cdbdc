// Writes amounts of money for a page: nothing is `$0`, an amount that is not known is not a zero.
import { formatDollars } from '../values/format-quantities.ts';

/** `$0.010500`, `~$0.010500` if part of it is not certain, `unknown`. */
export function moneyText(usd: string | null, exact = true): string {
  return amountText(usd, exact, formatDollars);
}

/** With every digit: `$0.0105`. */
export function fullMoneyText(usd: string | null, exact = true): string {
  return amountText(usd, exact, (amount) => `${exact ? '' : '~'}$${amount}`);
}

function amountText(
  usd: string | null,
  exact: boolean,
  write: (usd: string, exact: boolean) => string,
): string {
  if (usd === null || (usd === '0' && !exact)) return 'unknown';
  return usd === '0' ? '$0' : write(usd, exact);
}
