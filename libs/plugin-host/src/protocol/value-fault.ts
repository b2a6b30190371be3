/** The longest value that a secret can have, in bytes of UTF-8. */
export const maximumValueBytes = 65_536;

/** Why a value that the vault holds cannot be delivered. */
export const valueFaults = [
  'value-too-large',
  'value-empty',
  'value-with-zero',
  'value-not-unicode',
  'value-not-text',
] as const;
export type ValueFault = (typeof valueFaults)[number];

/** A text that no environment variable can hold has a fault; null for any other. `bytes` is its length in UTF-8. */
export const faultOf = (text: string, bytes: number): ValueFault | null => {
  if (bytes > maximumValueBytes) return 'value-too-large';
  if (text === '') return 'value-empty';
  if (text.includes('\0')) return 'value-with-zero';
  // encoding would silently replace an unpaired surrogate
  return text.isWellFormed() ? null : 'value-not-unicode';
};
