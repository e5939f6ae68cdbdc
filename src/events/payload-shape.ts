// Gives the shape of the payload of each event, derived from its schema.
import { shapeOf, type TextShape } from './text-shape.ts';
import { isEventType, VOCABULARY } from './vocabulary.ts';

const shapes = new Map<string, TextShape>();

/** The payload of a custom event is content. */
export function payloadShape(type: string): TextShape {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  if (!isEventType(type)) return 'content';
  const shape = shapeOf(VOCABULARY[type].schema);
  shapes.set(type, shape);
  return shape;
}
