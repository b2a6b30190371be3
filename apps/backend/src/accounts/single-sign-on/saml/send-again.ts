import { createHash } from 'node:crypto';

const script = 'document.forms[0].submit()';
const scriptHash = createHash('sha256').update(script).digest('base64');

export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** Nothing that has a meaning in HTML. */
const base64 = /^[A-Za-z0-9+/=\s]*$/;

/**
 * An identity provider's page posts its answer from another site, and browsers send no cookies of ours with that
 * (`SameSite=Lax`). This page of our own posts it again, so that the browser can prove which request it began.
 * @returns null for what is no answer
 */
export const sendAgain = (samlResponse: string): Page | null => {
  if (samlResponse === '' || !base64.test(samlResponse)) return null;
  return {
    contentSecurityPolicy: `default-src 'none'; script-src 'sha256-${scriptHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
      '<title>Signing in</title></head><body><main><h1>Signing in</h1>',
      `<form method="post"><input type="hidden" name="SAMLResponse" value="${samlResponse}">`,
      '<input type="hidden" name="again" value="true"><button>Continue</button></form></main>',
      `<script>${script}</script></body></html>`,
    ].join(''),
  };
};
