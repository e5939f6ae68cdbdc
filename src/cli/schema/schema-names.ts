// Names the schemas of `pflow schema`.

export const SCHEMA_NAMES = ['workflow', 'events', 'result', 'settings', 'prices'] as const;

export type SchemaName = (typeof SCHEMA_NAMES)[number];
