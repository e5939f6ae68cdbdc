/**
 * Removes what binary floats add to a price. Lists that were calculated with them have 0.24999999999999997 for 0.25; a
 * double keeps 15 digits of any decimal number, and no price has more.
 */
export const withoutNoise = (price: number): number => Number(price.toPrecision(15));
