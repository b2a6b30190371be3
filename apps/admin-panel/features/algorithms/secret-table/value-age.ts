import type { AlgorithmSecret } from '@secret-store/api/schemas';
import { oldAfterDays, valueTime } from '@secret-store/api/value-time';

const day = 86_400_000;
const daysOfMonth = 365.25 / 12;

type Dated = Pick<AlgorithmSecret, 'default_secret_value_id'>;

const daysOf = (secret: Dated, now: Date): number => (now.getTime() - valueTime(secret).getTime()) / day;

/** Of a value that the store or its vault was given; one that is referred to changes without us. */
export const isOld = (secret: Dated, now: Date): boolean => daysOf(secret, now) >= oldAfterDays;

/** Such as "4 months" or "2 years". */
export const ageInWords = (secret: Dated, now: Date): string => {
  const months = Math.round(daysOf(secret, now) / daysOfMonth);
  const [count, unit] = months < 24 ? [months, 'month'] : [Math.floor(months / 12), 'year'];
  return `${count} ${count === 1 ? unit : `${unit}s`}`;
};
