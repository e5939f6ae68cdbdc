// Defines the options for reading a log.
import type { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import type { SkippablePart } from '../../events/skippable.ts';
import type { Formats } from '../../events/upcast.ts';

export interface ReadOptions {
  /** Types to emit; lines of other known types are skipped unparsed. Absent: all, including `x.…`. */
  readonly handles?: ReadonlySet<string>;
  /** Types to emit last, and only of runs of level `trace` without an end. */
  readonly late?: ReadonlySet<string>;
  /** Selects runs to emit; of all others only the frames are read. Absent: all. */
  readonly runs?: (run: string) => boolean;
  /** Lines of these types outside of this node may be left out, checked or not. */
  readonly inside?: { readonly types: ReadonlySet<string>; readonly node: string };
  /** Whether a source repeats an earlier run byte for byte: its lines there are not read again. */
  readonly isCopy?: (run: string, source: string) => boolean;
  /** Parts of payloads that no projection reads: an event may lack them. */
  readonly skippable?: ReadonlySet<SkippablePart>;
  /** The source is a part of a log: runs may start before it. */
  readonly part?: boolean;
  /** Also verify the checksum of skipped lines; one without a checksum is then parsed. */
  readonly checkEveryLine?: boolean;
  /** Report keys that an object of a parsed line has twice. */
  readonly checkKeys?: boolean;
  /** Continue after damage; otherwise reading stops at the first damaged line. */
  readonly skipCorrupt?: boolean;
  /** Known log formats; by default those of this version. */
  readonly formats?: Formats;
  /** Called for a file that is not a log. Returns whether it is skipped; by default it is not. */
  readonly onForeign?: (error: PflowError, path: string) => boolean;
  readonly onEvent: (event: LogEvent) => void;
}

/** Reads late types with all others, for a source that cannot be read again. */
export function withoutLate({ late = new Set(), ...options }: ReadOptions): ReadOptions {
  const { handles } = options;
  return handles === undefined ? options : { ...options, handles: new Set([...handles, ...late]) };
}
