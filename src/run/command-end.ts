// Reads how a command ended from the outputs of its failed node.
import type { CommandEnd } from '../errors.ts';
import { tailOf } from '../values/cut-text.ts';

const TAIL_BYTES = 2048;

/** Returns undefined for the outputs of a node that ran no command. */
export function commandEndOf(outputs: Readonly<Record<string, unknown>>): CommandEnd | undefined {
  const { command, exit_code } = outputs;
  if (typeof command !== 'string' || typeof exit_code !== 'number') return undefined;
  return { command, exit_code, stdout: endOf('stdout', outputs), stderr: endOf('stderr', outputs) };
}

function endOf(name: 'stdout' | 'stderr', outputs: Readonly<Record<string, unknown>>): string {
  const text = outputs[name];
  if (outputs[`${name}_is_binary`] === true) return '(binary data)';
  return typeof text === 'string' ? tailOf(text, { bytes: TAIL_BYTES }) : '';
}
