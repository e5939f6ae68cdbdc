// Makes a node type of a tool of an MCP server, from what the server tells about the tool.
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
    | { readonly readOnlyHint?: boolean | undefined; readonly openWorldHint?: boolean | undefined }
    | undefined;
}

export interface ToolOfServer {
  /** The name of the node type. */
  readonly type: string;
  readonly server: string;
  readonly tool: ToolDescription;
}

const attachments = z
  .array(z.unknown())
  .describe('Images, audio and resources that come beside a structured result; usually empty');

export function createToolType({ type, server, tool }: ToolOfServer): NodeType<RunContext> {
  const effect = effectOf(tool);
  return defineNodeType({
    type,
    summary: summarize(tool),
    params: createArgumentSchema(tool.input_schema),
    outputs: z.object({ result: z.unknown().meta(describeResult(tool)), attachments }),
    mainOutput: 'result',
    ...present({ effect }),
    async exec(given, context) {
      if (context.tools === undefined) throw new Error('a run without MCP servers called a tool');
      const isReading = tool.annotations?.readOnlyHint === true;
      return context.tools.call({ server, tool: tool.name, arguments: given, isReading }, context);
    },
  });
}

/** One line. Many tools have a description of several paragraphs. */
function summarize({ name, title, description }: ToolDescription): string {
  const [first = ''] = (description ?? '').trim().split(/\n\s*\n/u);
  const line = first.replaceAll(/\s+/gu, ' ').trim();
  return line === '' ? (title ?? `Calls the tool ${name}.`) : line;
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
