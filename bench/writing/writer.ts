// Somebody who writes the same event again and again into a file of its own.

export interface Writer {
  append(): void;
  /** Everything that was appended is in the kernel afterwards. */
  flush(): void | Promise<void>;
  close(): void | Promise<void>;
}

/** Creates the file; ready to write when it resolves. */
export type OpenWriter = (path: string) => Writer | Promise<Writer>;
