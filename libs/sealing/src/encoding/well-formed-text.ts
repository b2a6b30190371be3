import { z } from 'zod';

/** Text that UTF-8 can hold: an unpaired surrogate would be encoded like U+FFFD, so two texts would sign alike. */
export function wellFormedText(maximumCharacters: number) {
  return z
    .string()
    .min(1)
    .max(maximumCharacters)
    .refine((text) => text.isWellFormed(), { error: 'holds an unpaired surrogate' });
}
