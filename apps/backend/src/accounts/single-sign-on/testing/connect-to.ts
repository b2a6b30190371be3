import { z } from 'zod';
import type { ForgingIssuer } from './forging-issuer.ts';
import type { SignInBrowser } from './sign-in-browser.ts';

/** What creating answers with. */
export const Created = z.object({ result: z.object({ data: z.object({ id: z.uuid() }) }) });

export const clientSettings = { clientId: 'secret-store' };

/** An administrator connects the store to the issuer. @returns the id of the connection */
export const connectTo = async (
  issuer: ForgingIssuer,
  { admin, name, ...more }: { readonly admin: SignInBrowser; readonly name: string; readonly issuer?: string },
): Promise<string> => {
  const about = { kind: 'oidc', name, displayName: name, issuer: issuer.url, clientSecret: 'a-secret' };
  const answer = await admin.call('POST', 'signInConnections.create', { ...about, settings: clientSettings, ...more });
  return Created.parse(answer.json).result.data.id;
};
