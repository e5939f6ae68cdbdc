// The functions of the compiled `assembly/scan.ts`. Results without a comment are addresses in its memory.

export interface ScannerExports {
  readonly memory: WebAssembly.Memory;
  ints(): number;
  floats(): number;
  run(): number;
  minute(): number;
  counts(): number;
  usageOrder(): number;
  scratch(): number;
  textAt(id: number): number;
  textLength(id: number): number;
  heap(): number;
  addType(length: number): void;
  treat(type: number, treatment: number): void;
  check(everyLine: 0 | 1): void;
  follow(seq: number, requested: 0 | 1): void;
  /** Kind of the line; see `line-kinds.ts`. */
  scan(from: number, end: number): number;
}
