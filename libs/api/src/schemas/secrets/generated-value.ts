import { z } from 'zod';

const alphabetMinimum = 10;
const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** How a value is made that nobody sees. */
export const GeneratedValue = z
  .strictObject({
    length: z.int().min(8, 'must be at least 8').max(4_096, 'must be at most 4,096').describe('in characters'),
    alphabet: z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'must use only visible ASCII characters')
      .refine(
        (characters) => new Set(characters).size === characters.length && characters.length >= alphabetMinimum,
        `must have at least ${alphabetMinimum} characters, each once`,
      )
      .default(lettersAndDigits)
      .describe('the characters to choose from: letters and digits where it is left out'),
  })
  .meta({ id: 'GeneratedValue' });
export type GeneratedValue = z.infer<typeof GeneratedValue>;
