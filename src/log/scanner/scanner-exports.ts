// The exports of the compiled `assembly/scan.ts`; addresses and numbers as defined there.

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
  follow(seq: number, isRequested: 0 | 1): void;
  scan(from: number, end: number): number;
}
