/**
 * Whether a field was sent. Generated messages carry defaults on their prototypes, so reading a field does
 * not tell: `role` reads as `*` when nobody has set it.
 */
export function hasField<M extends object>(message: M, field: keyof M): boolean {
  return Object.hasOwn(message, field) && message[field] !== null && message[field] !== undefined;
}
