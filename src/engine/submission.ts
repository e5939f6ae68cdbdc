// Defines what a submitted run consists of. Its id makes a second submission a no-op.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../values/canonical-json.ts';

export const RUN_WORKFLOW = 'pflow.run';
export const DEFAULT_QUEUE = 'default';
export const CALL_WORKFLOW = 'pflow.call';
/** The queue of model calls. */
export const CALLS_QUEUE = 'llm';

/** The argument of the durable workflow, as JSON text: integers of any size stay exact. */
export const submissionSchema = z.strictObject({
  name: z.string(),
  source: z.enum(['file', 'saved']),
  path: z.string().optional(),
  /** SHA-256 of the workflow. A changed file is another run. */
  hash: z.string(),
  /** The text of the workflow. */
  workflow: z.string(),
  /** SHA-256 of each nested workflow, by the path of its node. */
  nested: z.record(z.string(), z.string()),
  /** The values of inputs, as JSON text. Inputs without one are read where the run is executed. */
  inputs: z.string(),
  tags: z.record(z.string(), z.string()),
  batch: z.string(),
  queue: z.string(),
  model: z.string().optional(),
  approve: z.array(z.string()),
  rerun_all: z.boolean(),
  /** US dollars, of the whole batch. */
  max_cost: z.string().optional(),
});

export type Submission = z.infer<typeof submissionSchema>;

interface Identity {
  readonly hash: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The inputs, or the value of the field of `--id-from`. */
  readonly identity: unknown;
  /** Counts runs of one file with the same inputs, from 0. */
  readonly repetition: number;
}

/** Returns a UUID of version 8, made of a hash: the same submission has the same id. */
export function runIdOf({ hash, tags, identity, repetition }: Identity): string {
  const text = canonicalJson([hash, tags, identity, repetition]);
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
