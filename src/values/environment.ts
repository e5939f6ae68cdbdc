// Defines the environment of a run or a process.

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
