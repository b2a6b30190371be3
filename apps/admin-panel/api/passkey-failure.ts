import { RequestError } from './failure.ts';

/** What the browser does with a passkey. It says little of why it did not: people cancel, and devices have none. */
export const withBrowser = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    const isThere = error instanceof Error && error.name === 'InvalidStateError';
    const message = isThere
      ? 'This device or security key has a passkey of yours already.'
      : 'The browser didn’t use a passkey. Try again, and confirm on your device.';
    throw new RequestError({ code: null, message, fields: {}, reference: null });
  });
