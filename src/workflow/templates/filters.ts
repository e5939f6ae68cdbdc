// Defines the filters of templates. `${x | raw}` applies the filter `raw` to the value of `x`.

/** `raw` pastes a value into a command as it is, where it may become code. */
export const FILTERS = ['raw'] as const;

export type Filter = (typeof FILTERS)[number];
