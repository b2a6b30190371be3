const units = [
  ['day', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** A length of time as people say it: 45 s, 12 min, 25 h, 3 days. The largest unit of which there are two at least. */
export const ageText = (seconds: number): string => {
  const whole = Math.floor(seconds);
  const found = units.find(([, length]) => whole >= 2 * length);
  if (found === undefined) return `${whole} s`;
  const [unit, length] = found;
  return `${Math.floor(whole / length)} ${unit === 'day' ? 'days' : unit}`;
};
