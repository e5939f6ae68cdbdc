// Writes amounts of money for a page: nothing is `$0`, everything else has six digits.
import { formatDollars } from '../values/format-quantities.ts';

export function moneyText(usd: string, exact = true): string {
  return usd === '0' && exact ? '$0' : formatDollars(usd, exact);
}
