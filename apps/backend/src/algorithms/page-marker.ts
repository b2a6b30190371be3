import { ApiError } from '@secret-store/api';
import { z } from 'zod';

/** The last algorithm of a page. */
const Place = z.tuple([z.string().max(64), z.string().max(64)]);

/** What the caller sends back to get the next page; opaque to it. */
export const pageMarker = (last: { owner: string; name: string }): string =>
  Buffer.from(JSON.stringify([last.owner, last.name])).toString('base64url');

/** @throws {ApiError} 5002 for what no page has given out */
export const readPageMarker = (marker: string): { owner: string; name: string } => {
  const place = Place.safeParse(parsed(Buffer.from(marker, 'base64url').toString('utf8')));
  if (!place.success || pageMarker({ owner: place.data[0], name: place.data[1] }) !== marker) {
    throw new ApiError(
      'InvalidMarker',
      'The marker is not valid. Send the marker of the page before, or none for the first page.',
    );
  }
  return { owner: place.data[0], name: place.data[1] };
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
