import { z } from 'zod';
import { isOnThisMachine } from '../outgoing/this-machine.ts';

/** Many times what an identity provider's own is. One of a federation, of hundreds of providers, is refused anyway. */
export const providerMetadataMaximum = 256 * 1024;

const secureOrOnThisMachine = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine(url));
};

/** The metadata of a SAML identity provider, or where it is. */
export const ProviderMetadataRequest = z.union([
  z.strictObject({
    xml: z
      .string()
      .min(1)
      .max(
        providerMetadataMaximum,
        `is longer than ${providerMetadataMaximum / 1024} KiB: it is not of one identity provider`,
      ),
  }),
  z.strictObject({
    address: z
      .string()
      .max(2_000)
      .refine(secureOrOnThisMachine, 'must begin with https://, or with http:// on this machine'),
  }),
]);
export type ProviderMetadataRequest = z.infer<typeof ProviderMetadataRequest>;

/** What it says: what a connection needs. */
export const ProviderMetadata = z.object({
  issuer: z.string(),
  ssoUrl: z.string(),
  /** in PEM */
  certificates: z.array(z.string()),
});
export type ProviderMetadata = z.infer<typeof ProviderMetadata>;
