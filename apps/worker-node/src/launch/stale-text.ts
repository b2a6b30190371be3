import { ageText } from '../errors/age-text.ts';

/** What is said of values that may not be the newest. @param seconds since they were last known to be */
export const staleText = (seconds: number): string =>
  `the backend or a vault cannot be asked: these values were last known to be current ${ageText(seconds)} ago`;
