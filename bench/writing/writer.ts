// The interface of a writer that appends the same event repeatedly to its own file.

export interface Writer {
  append(): void;
  /** Everything that was appended is in the kernel afterwards. */
  flush(): void | Promise<void>;
  close(): void | Promise<void>;
}

/** Creates the file; ready to write when it resolves. */
export type OpenWriter = (path: string) => Writer | Promise<Writer>;
