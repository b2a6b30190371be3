import { z } from 'zod';

/** Whether PostgreSQL and every vault can hold it: no U+0000 and no unpaired surrogate. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

export const storableRule = 'must not contain U+0000 or an unpaired surrogate';

/** Text that can be stored. */
export const text = (minimum: number, maximum: number) =>
  z
    .string()
    .min(minimum, minimum === 1 ? 'must not be empty' : `must have at least ${minimum} characters`)
    .max(maximum, `must have at most ${maximum.toLocaleString('en-US')} characters`)
    .refine(isStorable, storableRule);

/** They make a name look like another one: U+202A to U+202E and U+2066 to U+2069. */
const directionControls = /[\u202a-\u202e\u2066-\u2069]/;

export const displayName = text(1, 128)
  .refine((name) => name === '' || name.trim() !== '', 'must not be blank')
  .refine((name) => !directionControls.test(name), 'must not contain characters that reverse the direction of text');
export const description = text(0, 1000);

/** An account's or an algorithm's name. */
export const slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,63}$/,
    'must start with a lowercase letter and use only a–z, 0–9, _ and - (64 characters at most)',
  );

/** Where the fault is in what the caller sent. */
export const field = z.string().describe('path of the field at fault, such as configuration.vault_addr');

export const timestamp = z.iso.datetime();

/** In UTC an offset can move a time into the year before or after. What is no time at all is told as such. */
const isOutsideYears = (time: string): boolean => {
  const year = new Date(time).getUTCFullYear();
  return year < 0 || year > 9999;
};

/** When something that is given ends, with any offset. */
export const endTime = z.iso
  .datetime({ offset: true, error: 'must be a time of RFC 3339, such as 2027-01-31T00:00:00Z' })
  .refine((time) => !isOutsideYears(time), 'must be in the years 0000 to 9999 of UTC');

/** An id that comes from outside: capitals mean the same as small letters (RFC 9562, section 4), and inside there are only small ones. */
export const id = z.uuid().toLowerCase();

/** A marker or a limit: the service answers 5002 and 5003 for bad ones. */
export const paging = {
  marker: z.string().optional(),
  limit: z.string().optional().describe('1 to 100; 50 where it is not given'),
};
