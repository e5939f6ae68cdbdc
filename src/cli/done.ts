// How a command hands over its exit code.

export type Done = (exitCode: number) => void;
