// Measures what a command costs before it does anything. The unit is the start of Node.
import type { Figure } from './figures.ts';
import { pair, processMilliseconds } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';

export async function startUpFigures(): Promise<Figure[]> {
  return [
    await figure('pflow --version', [PROGRAM, '--version'], 2),
    await figure('pflow run echo.json', [PROGRAM, 'run', 'fixtures/workflows/echo.json'], 4),
  ];
}

async function figure(what: string, args: readonly string[], most: number): Promise<Figure> {
  const { ratio, base, ours } = await pair(
    25,
    () => processMilliseconds(['-e', '0']),
    () => processMilliseconds(args),
  );
  return {
    what: `\`${what}\` over \`node -e 0\``,
    target: `≤ ${most}×`,
    measured: `${ratio.toFixed(2)}× (${ours.toFixed(0)} ms over ${base.toFixed(0)} ms)`,
    reached: ratio <= most,
  };
}
