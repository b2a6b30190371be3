import { OidcSettings, SamlSettings, type SignInConnectionInfo } from '@secret-store/api';
import type { Rows } from '../../../rows/row-kinds.ts';
import { addressesOf } from './addresses.ts';

export const connectionInfoOf = (
  { id, kind, name, displayName, issuer, settings, clientSecret, domains, ...row }: Rows['signInConnection'],
  { origin, people }: { readonly origin: string; readonly people: number },
): SignInConnectionInfo => {
  const { makesAccounts, isEnabled, createdAt } = row;
  const created = createdAt.toISOString();
  const shown = { id, name, displayName, issuer, domains, makesAccounts, isEnabled, created, people };
  const { callback: callbackUrl, acs: acsUrl, metadata: metadataUrl } = addressesOf(origin, name);
  return kind === 'oidc'
    ? {
        ...{ ...shown, kind, settings: OidcSettings.parse(settings) },
        ...{ hasClientSecret: clientSecret !== null, callbackUrl },
      }
    : { ...shown, kind: 'saml', settings: SamlSettings.parse(settings), acsUrl, metadataUrl };
};
