// Reads how a command ended from the outputs of its failed node.
import type { CommandEnd } from '../errors.ts';

const TAIL_BYTES = 2048;

/** Returns undefined for the outputs of a node that ran no command. */
export function commandEndOf(outputs: Readonly<Record<string, unknown>>): CommandEnd | undefined {
  const { command, exit_code } = outputs;
  if (typeof command !== 'string' || typeof exit_code !== 'number') return undefined;
  return { command, exit_code, stdout: tailOf('stdout', outputs), stderr: tailOf('stderr', outputs) };
}

function tailOf(name: 'stdout' | 'stderr', outputs: Readonly<Record<string, unknown>>): string {
  const text = outputs[name];
  if (outputs[`${name}_is_binary`] === true) return '(binary data)';
  return typeof text === 'string' ? lastBytes(text) : '';
}

/** Returns the end of a text in whole characters. */
function lastBytes(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= TAIL_BYTES) return text;
  let start = bytes.length - TAIL_BYTES;
  // Bytes that continue a character begin with 10.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start).toString();
}
