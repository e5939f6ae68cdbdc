// Names the form of a workflow before it is parsed.

/** The intermediate representation: a workflow as JSON, which may be wrong. */
export type Ir = Readonly<Record<string, unknown>>;
