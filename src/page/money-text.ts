// Writes amounts of money for a page: nothing is `$0`, an amount that is not known is not a zero.
import { formatDollars } from '../values/format-quantities.ts';

export function moneyText(usd: string, exact = true): string {
  if (usd === '0') return exact ? '$0' : 'unknown';
  return formatDollars(usd, exact);
}
