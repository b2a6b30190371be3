import { randomInt } from 'node:crypto';
import { ApiError, type GeneratedValue } from '@secret-store/api';

/** @throws {ApiError} 8001 when the value is longer than the provider takes */
export const refuseLongValue = (value: string, maximumBytes: number): void => {
  if (Buffer.byteLength(value, 'utf8') <= maximumBytes) return;
  throw new ApiError(
    'SecretMetadataConstraintViolation',
    `This secret provider takes values of at most ${maximumBytes.toLocaleString('en-US')} bytes. Shorten the value, or choose another provider.`,
    { field: 'secret_value' },
  );
};

/** Each character by chance, and each as likely as any other. */
export const generateValue = ({ length, alphabet }: GeneratedValue): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
