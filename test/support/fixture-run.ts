// Defines a run that is recorded as a fixture.
import type { Server } from 'node:http';
import type { Script } from './provider/script.ts';

export interface FixtureRun {
  readonly name: string;
  /** Starts from a file in `fixtures/workflows` or from a sentence. */
  readonly start: { readonly workflow: string } | { readonly sentence: string };
  /** Files in `fixtures/workflows` that this run knows as saved workflows. */
  readonly saved?: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly status: 'success' | 'failed';
  readonly provider: Script;
  /** Puts the files that the run needs into its empty folder. */
  readonly prepare?: (folder: string) => void;
  /** Starts a service; its URL becomes the input `api`. */
  readonly api?: () => Server;
}
