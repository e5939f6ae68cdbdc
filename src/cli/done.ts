// How a command hands over its exit code.

export type SetExitCode = (exitCode: number) => void;
