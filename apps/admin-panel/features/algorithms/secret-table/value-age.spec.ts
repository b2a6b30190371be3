import { expect, it } from 'vitest';
import { ageInWords, isOld } from './value-age.ts';

const now = new Date('2026-11-27T12:00:00Z');

/** A secret with a value of that age, whose id is a UUID of version 7: its first 48 bits are the time. */
const secretOfAge = (days: number) => {
  const hex = (now.getTime() - days * 86_400_000).toString(16).padStart(12, '0');
  return { default_secret_value_id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000` };
};

it('calls a value old after 90 days, and says its age in words', () => {
  expect([89, 90].map((days) => isOld(secretOfAge(days), now))).toEqual([false, true]);
  expect([90, 120, 365, 760].map((days) => ageInWords(secretOfAge(days), now))).toEqual([
    '3 months',
    '4 months',
    '12 months',
    '2 years',
  ]);
});
