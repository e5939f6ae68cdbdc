// Reads the calls of tools that ran at the provider. They have a fee of their own, or are free.
import { asFields, type Fields } from '../../values/json-fields.ts';
import type { KnownFields } from '../known-fields.ts';
import type { Requests, UsageSource } from '../answer-counts.ts';

/** Their members are checked here: every count is a request of that name. */
export const SERVER_TOOL_FIELDS: KnownFields = {
  server_tool_use: 'read',
  server_tool_use_details: 'read',
  server_side_tool_usage_details: 'read',
  num_server_side_tools_used: 'read',
};

/** Numbers that repeat what other members count. */
const REPEATED = new Set(['tool_calls_requested', 'tool_calls_executed']);
const COUNT_NAME = /^(?<tool>.+?)_(?:requests|calls)$/u;

export function serverTools(source: UsageSource): Requests {
  const { raw, reader, isBilled } = source;
  const requests: Record<string, number> = {};
  addCalls(requests, asFields(raw['server_tool_use_details'] ?? raw['server_tool_use']), source);
  addCalls(requests, asFields(raw['server_side_tool_usage_details']), source);
  const all = reader.countOr0(raw, 'num_server_side_tools_used');
  const named = Object.values(requests).reduce((sum, count) => sum + count, 0);
  if (all > named && !isBilled) reader.doubt('USAGE_UNREAD', 'num_server_side_tools_used is not read');
  return requests;
}

function addCalls(requests: Record<string, number>, holder: Fields, { reader }: UsageSource): void {
  for (const name of Object.keys(holder)) {
    if (REPEATED.has(name)) continue;
    const count = reader.countOr0(holder, name);
    const tool = COUNT_NAME.exec(name)?.groups?.['tool'];
    if (count === 0) continue;
    if (tool === undefined) reader.doubt('USAGE_UNREAD', `${name} is not read`);
    else requests[tool] = (requests[tool] ?? 0) + count;
  }
}
