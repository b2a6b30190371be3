const dayMilliseconds = 86_400_000;

/** When a new key ends, in days from now. */
export const keyEnds = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: '', label: 'Never' },
];

export const endAfter = (days: string): string | null =>
  days === '' ? null : new Date(Date.now() + Number(days) * dayMilliseconds).toISOString();
