import { ApiError } from '@secret-store/api';
import type { z } from 'zod';

const limitDefault = 50;
const limitMaximum = 100;

/** @throws {ApiError} 5003 for anything but 1 to 100 */
export const readLimit = (limit: string | undefined): number => {
  if (limit === undefined) return limitDefault;
  const count = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > limitMaximum) {
    throw new ApiError('InvalidLimit', `The limit must be a whole number from 1 to ${limitMaximum}.`);
  }
  return count;
};

/** What the caller sends back to get the next page; opaque to it. */
export const pageMarker = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * The place where the page before ended.
 * @throws {ApiError} 5002 for what no page has given out
 */
export const readPageMarker = <Schema extends z.ZodType>(schema: Schema, marker: string): z.output<Schema> => {
  const place = schema.safeParse(parsed(Buffer.from(marker, 'base64url').toString('utf8')));
  if (place.success && pageMarker(place.data) === marker) return place.data;
  throw new ApiError(
    'InvalidMarker',
    'The marker is not valid. Send the marker of the page before, or none for the first page.',
  );
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
