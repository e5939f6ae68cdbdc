// Makes the JSON Schema of each kind of file and document. The build writes them into `schemas/`.
import * as z from 'zod';
import { bookSchema, datedCardSchema } from '../../../projections/pricing/books/book-schema.ts';
import { VOCABULARY, type EventType } from '../../events/vocabulary.ts';
import { loadRegistry, type RegistryRequest } from '../../home/node-types.ts';
import { settingsSchema } from '../../home/settings.ts';
import { workflowJsonSchema } from '../../workflow/json-schema.ts';
import { resultSchema } from './result-schema.ts';
import type { SchemaName } from './schema-names.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const CREATORS: Readonly<Record<SchemaName, (request: RegistryRequest) => JsonSchema | Promise<JsonSchema>>> =
  {
    workflow: async (request) => workflowJsonSchema((await loadRegistry(request)).types),
    events: eventsJsonSchema,
    result: () => ({
      title: 'The JSON document of a pflow run, format 1',
      ...z.toJSONSchema(resultSchema, { io: 'output', unrepresentable: 'any' }),
    }),
    settings: () => ({ title: 'Settings of pflow', ...z.toJSONSchema(settingsSchema(), { io: 'input' }) }),
    prices: pricesJsonSchema,
  };

/** `request` names modules with custom node types, for the schema of workflows. */
export async function schemaDocument(name: SchemaName, request: RegistryRequest): Promise<JsonSchema> {
  return CREATORS[name](request);
}

/** The schema of a price file in the pflow format. */
function pricesJsonSchema(): JsonSchema {
  const entry = z.union([datedCardSchema, z.array(datedCardSchema)]);
  const book = bookSchema.extend({ $schema: z.string().optional(), models: z.record(z.string(), entry) });
  return { title: 'A price file of pflow', ...z.toJSONSchema(book, { io: 'input', unrepresentable: 'any' }) };
}

/** The schema of one line of a log. Custom types (`x.…`) have any payload. */
function eventsJsonSchema(): JsonSchema {
  const types = Object.keys(VOCABULARY) as EventType[];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A line of a pflow log, format 1',
    type: 'object',
    required: ['type', 'seq', 'run', 'at', 'ms', 'data'],
    properties: {
      type: { type: 'string' },
      seq: { type: 'integer', minimum: 0 },
      run: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      ms: { type: 'number', minimum: 0 },
      phase: { enum: ['planner', 'workflow'] },
      node: { type: 'string' },
      visit: { type: 'integer', minimum: 1 },
      item: { type: 'integer', minimum: 0 },
      attempt: { type: 'integer', minimum: 1 },
      data: { type: 'object' },
      crc: { type: 'string', pattern: '^[0-9a-f]{8}$' },
    },
    allOf: types.map((type) => {
      const { $schema: _dialect, ...data } = z.toJSONSchema(VOCABULARY[type].schema, {
        io: 'output',
        unrepresentable: 'any',
      });
      return { if: { properties: { type: { const: type } } }, then: { properties: { data } } };
    }),
  };
}
