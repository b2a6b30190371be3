import { samlLibrary, type SamlProvider } from './saml-library.ts';
import type { SamlPlaces } from './saml-places.ts';

/** An answer names the request that it belongs to. XML's ids begin with a letter or `_`. */
export const requestIdOf = (state: string): string => `_${state}`;

export const stateOf = (requestId: string): string => requestId.slice(1);

/** Where a browser is sent to sign in: AuthnRequest by the redirect binding. */
export const requestUrl = (provider: SamlProvider, places: SamlPlaces, state: string): Promise<string> =>
  samlLibrary(provider, places, requestIdOf(state)).getAuthorizeUrlAsync('', undefined, {});
