// The page that describes every event, made from the zod schemas.
import * as z from 'zod';
import { EVENT_TYPES, FORMAT, VOCABULARY, type Level } from '../src/events/vocabulary.ts';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

export function eventsPage(): string {
  const of = (level: Level): string =>
    EVENT_TYPES.filter((type) => VOCABULARY[type].level === level)
      .map(section)
      .join('\n');
  return `# Events, format ${FORMAT}

<!-- Made by \`npm run docs\` from the schemas in src/events. Do not edit. -->

One JSON object a line, UTF-8, ended by \`\\n\`. Keys stand in this order: \`type\`, \`seq\`, \`run\`, \`at\`, \`ms\`, \`phase\`, \`node\`,
\`visit\`, \`item\`, \`attempt\`, \`data\`, \`crc\`. \`crc\` is the CRC-32 of all bytes of the line before \`,"crc"\`. A line counts only
with its newline. \`?\` marks what may be absent. Types that begin with \`x.\` are anybody's own; every reader may ignore them.

| key | type | meaning |
|---|---|---|
| \`type\` | string | \`subject.verbed\`, one of the headings below |
| \`seq\` | int | position in its run, dense from 0; (\`run\`, \`seq\`) identifies an event |
| \`run\` | UUIDv7 | the run |
| \`at\` | ISO-8601 UTC | wall clock at the run's start plus monotonic time since |
| \`ms\` | number | monotonic milliseconds since the run's start |
| \`phase\` | \`"planner"\` or \`"workflow"\` | on all events of a node or a model |
| \`node\` | string | node id; inside a nested workflow \`parent/child\` |
| \`visit\` | int ≥ 1 | which time this node runs; absent = 1 |
| \`item\` | int ≥ 0 | item of a batch; absent = no batch |
| \`attempt\` | int ≥ 1 | which try; absent = 1 |
| \`data\` | object | the payload, below |

# Level metrics

Enough for metrics and cost. Holds no content: no prompt, no answer, no parameter, no value of the store.

${of('metrics')}
# Level trace

The content of a run, on top of the above.

${of('trace')}`;
}

function section(type: (typeof EVENT_TYPES)[number]): string {
  const { schema, when } = VOCABULARY[type];
  const rows = members(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '');
  const table =
    rows.length === 0 ? 'No payload.\n' : `| data | type | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  return `## ${type}\n\nAppended ${when}.\n\n${table}`;
}

function members(schema: JsonSchema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const optional = schema.required?.includes(name) === true ? '' : '?';
    const row = `| \`${prefix}${name}${optional}\` | ${typeName(member)} | ${member.description ?? ''} |`;
    const inner = member.items?.properties === undefined ? member : member.items;
    const step = inner === member ? '.' : '[].';
    return [row, ...members(inner, `${prefix}${name}${step}`)];
  });
}

function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' or ');
  if (schema.type === 'array') return `list of ${typeName(schema.items ?? {})}`;
  if (schema.type === 'integer') return 'int';
  return typeof schema.type === 'string' ? schema.type : 'any';
}
