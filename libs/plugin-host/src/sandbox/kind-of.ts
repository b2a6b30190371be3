/** The type of what a plugin gave, in words; never the value itself. */
export const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'string') return kindOfText(value);
  if (typeof value === 'number') return kindOfNumber(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

const kindOfText = (text: string): string => {
  if (text === '') return 'empty text';
  if (text.includes('\0')) return 'text with U+0000';
  return text.isWellFormed()
    ? `text of ${text.length.toLocaleString('en')} characters`
    : 'text with an unpaired surrogate';
};

const kindOfNumber = (number: number): string => {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : 'an infinite number';
  if (!Number.isInteger(number)) return 'a fraction';
  return number < 0 ? 'a negative number' : 'a number';
};
