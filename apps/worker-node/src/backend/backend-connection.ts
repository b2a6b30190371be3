import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { backendSocketName, socketAddress } from '@secret-store/api/socket';
import { BackendAway } from '../errors/resolve-failure.ts';
import { type BackendAddress, describeAddress } from './backend-address.ts';

/** More requests than this wait for one of these. */
const connectionsMaximum = 64;

/** What each request to this backend has in common. */
export const connectionTo = (backend: BackendAddress) => {
  const pool = { keepAlive: true, maxSockets: connectionsMaximum };
  if ('socketDirectory' in backend) {
    // never released: it is used as long as this process runs
    const { path } = socketAddress(backend.socketDirectory, backendSocketName);
    return { request: requestHttp, to: { socketPath: path, agent: new HttpAgent(pool) } };
  }
  const { protocol, hostname, port } = urlToHttpOptions(backend.url);
  const to = { protocol, hostname, port };
  return protocol === 'https:'
    ? { request: requestHttps, to: { ...to, agent: new HttpsAgent({ ...pool, ...tlsOptions(backend) }) } }
    : { request: requestHttp, to: { ...to, agent: new HttpAgent(pool) } };
};

/** Node takes its usual authorities only where none are named. */
const tlsOptions = ({ authorities = [] }: Extract<BackendAddress, { readonly url: URL }>) => ({
  minVersion: 'TLSv1.3' as const,
  ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
});

/** The backend was not reached, or what answered is not one: a proxy that misses it. */
export const noAnswer = (backend: BackendAddress, cause: unknown): BackendAway =>
  new BackendAway(
    tlsProblem(backend, cause) ??
      `the backend ${describeAddress(backend)} gave no answer: check that the store is running`,
    { cause },
  );

/** What answered is none that the root certified. */
export const notSigned = (backend: BackendAddress): BackendAway =>
  new BackendAway(
    `the answer ${describeAddress(backend)} is not signed by a backend of this store: ${
      'url' in backend ? 'check SECRET_STORE_BACKEND_URL and the proxy' : 'check that the backend is of this store'
    }`,
  );

const tlsProblem = (backend: BackendAddress, cause: unknown): string | null => {
  if (!(cause instanceof Error) || !('code' in cause)) return null;
  const { message } = cause;
  const code = String(cause.code);
  const problem = tlsProblems.find(({ signs }) => signs.test(`${code} ${message}`));
  return problem === undefined ? null : `the backend ${describeAddress(backend)} ${problem.text} (${code})`;
};

/** By codes of https://nodejs.org/api/tls.html#x509-certificate-error-codes, and by OpenSSL's text where the code is only EPROTO. */
const tlsProblems: readonly { readonly signs: RegExp; readonly text: string }[] = [
  {
    signs: /^(UNABLE_TO_|SELF_SIGNED_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|INVALID_CA)/,
    text: 'has a certificate of an unknown authority: name a file with that of the authority in SECRET_STORE_CA_FILE',
  },
  {
    signs: /^(CERT_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)/,
    text: 'has a certificate that is not valid for this address or at this time',
  },
  {
    signs: /^(EPROTO|ERR_SSL_).*(protocol version|unsupported protocol|wrong version number)/i,
    text: 'does not speak TLS 1.3, which a worker requires',
  },
];
