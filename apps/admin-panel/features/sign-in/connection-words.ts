import type { SignInConnectionKind } from '@secret-store/api/schemas';

export const kindLabels: Readonly<Record<SignInConnectionKind, string>> = {
  oidc: 'OpenID Connect',
  saml: 'SAML 2.0',
};
