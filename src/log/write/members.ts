// Reads and sets members of any object. Getters may throw, and a key may be `__proto__`.
import { types } from 'node:util';

/** Whether a plain object of scalars can never change. */
export function isFixed(value: object): boolean {
  if (!Object.isFrozen(value) || Object.getPrototypeOf(value) !== Object.prototype || types.isProxy(value))
    return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).every((member) => 'value' in member);
}

/** Copies an object that is frozen later. V8 gives each frozen `{ ...value }` a hidden class, which is slow. */
export function copyToFreeze(value: object): Record<string, unknown> {
  // Object.assign would set the prototype of the copy.
  return Object.hasOwn(value, '__proto__')
    ? { ...value }
    : Object.assign<Record<string, unknown>, object>({}, value);
}

/** Returns undefined where a member cannot be read. */
export function spread(value: object, freezes: boolean): Record<string, unknown> | undefined {
  try {
    return freezes ? copyToFreeze(value) : { ...value };
  } catch {
    return undefined;
  }
}

/** Returns a mark where the member cannot be read. */
export function readMember(value: object, key: string | number): unknown {
  try {
    return (value as Readonly<Record<string | number, unknown>>)[key];
  } catch (error) {
    return unreadableMark(error);
  }
}

export function unreadableMark(error: unknown): string {
  try {
    return `<unreadable: ${error instanceof Error ? error.message : String(error)}>`;
  } catch {
    return '<unreadable>';
  }
}

/** `name`, followed by as many `~` as needed to overwrite nothing. */
export function freeName(target: object, name: string): string {
  let free = name;
  while (Object.hasOwn(target, free)) free += '~';
  return free;
}

/** Sets a member; plain assignment of `__proto__` would set the prototype. */
export function setMember(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}
