import { ApiError, type AuditSinkRequest } from '@secret-store/api';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { tlsSettings, type TlsSettings } from '@secret-store/provider-sdk/configuration';
import { decryptSinkKey, encryptSinkKey, type SinkBinding } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

type Sink = Pick<Rows['webhook'], 'id' | 'url' | 'trustedCertificates' | 'clientCertificate' | 'clientKey'>;
type Deps = Pick<Dependencies, 'keys'>;

const bindingOf = ({ id, url }: Pick<Sink, 'id' | 'url'>): SinkBinding => ({ sinkId: id, url });

const faults: Readonly<Record<string, string>> = {
  missing: 'Give both the client certificate and its private key, or neither.',
  'not-a-certificate': 'The certificates must be in PEM.',
  'not-a-private-key': 'The private key must be one key in PEM, without a passphrase.',
  'other-private-key': 'The private key does not belong to the client certificate.',
};

/**
 * What TLS needs there, as it was given.
 * @throws {ApiError} 6001 that names the field at fault
 */
export const givenCertificates = ({
  trustedCertificates = '',
  clientCertificate = '',
  clientKey = '',
}: Partial<AuditSinkRequest>): TlsSettings => {
  try {
    return tlsSettings(new Map(Object.entries({ trustedCertificates, clientCertificate, clientKey })), {
      ca: 'trustedCertificates',
      cert: 'clientCertificate',
      key: 'clientKey',
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ApiError('InputValidationError', faults[error.reason ?? ''] ?? `${error.key} ${error.problem}`, {
      field: error.key,
    });
  }
};

/** The columns of a sink. Its key is encrypted for this sink at this address. */
export const storedCertificates = (
  { keys }: Deps,
  sink: Pick<Sink, 'id' | 'url'>,
  { ca, cert, key }: TlsSettings,
): Pick<Sink, 'trustedCertificates' | 'clientCertificate' | 'clientKey'> => ({
  trustedCertificates: ca ?? null,
  clientCertificate: cert ?? null,
  clientKey: key === undefined ? null : encryptSinkKey(keys.keyRing, bindingOf(sink), Buffer.from(key)),
});

export const sinkCertificates = ({ keys }: Deps, sink: Sink): TlsSettings => {
  const { trustedCertificates, clientCertificate, clientKey } = sink;
  return {
    ...(trustedCertificates !== null && { ca: trustedCertificates }),
    ...(clientCertificate !== null && { cert: clientCertificate }),
    ...(clientKey !== null && {
      key: Buffer.from(decryptSinkKey(keys.keyRing, bindingOf(sink), clientKey)).toString(),
    }),
  };
};
