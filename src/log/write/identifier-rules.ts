// Adapts a redactor to identifiers and fixed words, whose names and numbers are never secret.
import type { Redactor } from '../secrets/redaction.ts';
import type { TextRules } from './json-safe.ts';

export function identifierRules(redactor: Redactor): TextRules {
  const redact = (text: string): string => redactor.redactIdentifier(text);
  return {
    redact,
    redactNamed: (_name, text) => redact(text),
    redactKey: redact,
    redactNumber: (value) => value,
    get version() {
      return redactor.version;
    },
  };
}
