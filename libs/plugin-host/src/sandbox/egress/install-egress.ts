import { syncBuiltinESMExports } from 'node:module';
import { Destinations } from './destinations.ts';
import { patchNames } from './patch-names.ts';
import { patchSockets } from './patch-sockets.ts';
import type { Refusals } from './refusals.ts';

/**
 * Sends each connection to the unix socket that the host opened for its destination, resolves the names of those to stand-in
 * addresses, and refuses all else. This is a convenience that a plugin can undo. The empty network namespace is what confines
 * it: nothing else can be reached there.
 */
export const installEgress = (sockets: Readonly<Record<string, string>>, refusals: Refusals): void => {
  const destinations = new Destinations(sockets);
  patchSockets(destinations, refusals);
  patchNames(destinations, refusals);
  syncBuiltinESMExports();
};
