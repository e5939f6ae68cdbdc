// Makes a node type of a tool of an MCP server, from the server's description.
import * as z from 'zod';
import type { NodeType } from '../../flow/node-type.ts';
import { present } from '../../values/present.ts';
import { defineNodeType } from '../define-node-type.ts';
import type { RunContext } from '../run-context.ts';
import { createArgumentSchema } from './argument-schema.ts';
import { inlineReferences, type JsonSchema } from './inline-references.ts';

/** A tool as its server describes it. */
export interface ToolDescription {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly input_schema: JsonSchema;
  readonly output_schema?: JsonSchema | undefined;
  readonly annotations?:
    { readonly readOnlyHint?: boolean | undefined; readonly openWorldHint?: boolean | undefined } | undefined;
}

export interface ToolOfServer {
  /** The name of the node type. */
  readonly type: string;
  readonly server: string;
  readonly tool: ToolDescription;
}

const MAX_SUMMARY = 200;

const attachments = z
  .array(z.unknown())
  .describe('Images, audio and resources that come beside a structured result; usually empty');

export function createToolType({ type, server, tool }: ToolOfServer): NodeType<RunContext> {
  const effect = effectOf(tool);
  const defined = defineNodeType({
    type,
    summary: summarize(tool),
    params: createArgumentSchema(tool.input_schema),
    outputs: z.object({ result: z.unknown().meta(describeResult(tool)), attachments }),
    mainOutput: 'result',
    example: exampleOf(tool),
    ...present({ effect }),
    async exec(given, context) {
      if (context.tools === undefined) throw new Error('a run without MCP servers called a tool');
      const isReading = tool.annotations?.readOnlyHint === true;
      return context.tools.call({ server, tool: tool.name, arguments: given, isReading }, context);
    },
  });
  return { ...defined, server };
}

/** The first sentence: many tools have a description of several paragraphs, which every prompt would hold. */
function summarize({ name, title, description }: ToolDescription): string {
  const [first = ''] = (description ?? '').trim().split(/\n\s*\n/u);
  const [sentence = ''] = first
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .split(/(?<=[.!?]) /u);
  if (sentence === '') return title ?? `Calls the tool ${name}.`;
  return sentence.length > MAX_SUMMARY ? `${sentence.slice(0, MAX_SUMMARY)}…` : sentence;
}

/** The required arguments, each as an input of the workflow. */
function exampleOf({ input_schema }: ToolDescription): Readonly<Record<string, string>> {
  const { required } = input_schema;
  const names = Array.isArray(required) ? (required as unknown[]) : [];
  const plain = names.filter(
    (name): name is string => typeof name === 'string' && /^[A-Za-z_]\w*$/u.test(name),
  );
  return Object.fromEntries(plain.map((name) => [name, '${' + name + '}']));
}

/** A tool without these hints may do anything. A tool of a closed world sends nothing to a server elsewhere. */
function effectOf({ annotations }: ToolDescription): 'reads' | 'fetches' | undefined {
  if (annotations?.readOnlyHint !== true) return undefined;
  return annotations.openWorldHint === false ? 'reads' : 'fetches';
}

function describeResult({ output_schema }: ToolDescription): JsonSchema {
  const description = 'What the tool answers: structured content, else parsed JSON, else text';
  if (output_schema === undefined) return { description };
  const { $schema: _dialect, ...schema } = inlineReferences(output_schema);
  return { description, ...schema };
}
