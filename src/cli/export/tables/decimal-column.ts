// Converts decimal strings to the integers of a Parquet column DECIMAL(38,18).
import { PflowError } from '../../../errors.ts';

export const SCALE = 18;
export const PRECISION = 38;
/** Times 10^18. */
export const GREATEST_AMOUNT = 10n ** BigInt(PRECISION) - 1n;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/u;

/** What a column can hold of an amount. */
export interface ScaledAmount {
  /** The amount times 10^18. */
  readonly units: bigint;
  /** False for an amount with more decimals; it is rounded half to even. */
  readonly exact: boolean;
}

/** Throws EXPORT_FAILED for an amount that has more than 20 digits before the point. */
export function scaleAmount(decimal: string): ScaledAmount {
  const parts = DECIMAL.exec(decimal);
  if (parts === null) throw new PflowError('EXPORT_FAILED', `${decimal} is not a decimal amount`);
  const [, sign = '', whole = '', fraction = ''] = parts;
  const rest = fraction.slice(SCALE);
  const down = BigInt(`${whole}${fraction.slice(0, SCALE).padEnd(SCALE, '0')}`);
  const units = isRoundedUp(rest, down) ? down + 1n : down;
  if (units > GREATEST_AMOUNT) {
    throw new PflowError('EXPORT_FAILED', `the amount ${decimal} has too many digits for a table`, {
      hint: 'Check the price book: an amount has at most 20 digits before the point.',
    });
  }
  return { units: sign === '-' ? -units : units, exact: rest === '' || /^0*$/u.test(rest) };
}

/** `rest`: the digits after the last one that is kept. */
function isRoundedUp(rest: string, kept: bigint): boolean {
  const first = rest.charAt(0);
  if (first === '' || first < '5') return false;
  return first > '5' || /[1-9]/u.test(rest.slice(1)) || kept % 2n === 1n;
}
