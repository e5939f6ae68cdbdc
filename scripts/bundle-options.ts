// Holds the options that all bundles share.
import type { BuildOptions } from 'esbuild';

export const BUNDLE = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Heavy, and loaded only at the first call of a model or of an MCP server; write-file-atomic needs its own
  // `__filename`.
  external: ['ai', '@ai-sdk/*', '@modelcontextprotocol/*', '@dbos-inc/*', 'pg', 'write-file-atomic'],
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS packages in an ES bundle call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;
