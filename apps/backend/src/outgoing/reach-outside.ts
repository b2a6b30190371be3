import { isIP, type LookupFunction } from 'node:net';
import { allowedAddresses, type ResolveHost } from '@secret-store/plugin-host';

/** All of the way there, and the answer. */
const answerMilliseconds = 10_000;

/** Why it did not arrive, in words that an administrator can do something with. */
export class NotSent extends Error {
  override readonly name: string = 'NotSent';
}

/** PEM. Without `ca`, the authorities that Node.js knows are trusted. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Reach {
  /** the system's, where it is not given */
  readonly resolveHost?: ResolveHost | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Such as `[::1]` without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/**
 * How connections find a host, as a plugin's do: the name is resolved once, to addresses that are allowed.
 * @param isConfigured whether an administrator named the host; false for one that somebody outside named
 * @throws {NotSent}
 */
export const pinnedLookup = async (
  host: string,
  { resolveHost, signal }: Pick<Reach, 'resolveHost'> & { readonly signal: AbortSignal },
  isConfigured = true,
): Promise<LookupFunction> => {
  // the system's resolver cannot be told to stop: its answer is not waited for
  const late = `The name ${host} was not resolved within ${answerMilliseconds / 1_000} s.`;
  const addresses = await Promise.race([
    allowedAddresses(host, isConfigured, resolveHost).catch(() => {
      throw new NotSent(`The name ${host} was not found.`);
    }),
    notSentAfter(signal, late),
  ]);
  if (addresses.length === 0) throw new NotSent(`${host} leads to an address that the store does not connect to.`);
  // Node tries them in turn
  return (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
};

const notSentAfter = (signal: AbortSignal, why: string): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = () => reject(new NotSent(why));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/** Aborts when the time is over, and when the backend stops. */
export const endOf = ({ signal }: Reach): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(answerMilliseconds), ...(signal ? [signal] : [])]);

/** What the other side of TLS says of the certificate that it was shown, or not shown. */
const isOurCertificate = /ALERT_(CERTIFICATE|BAD_CERTIFICATE|HANDSHAKE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT)|SSLV3_ALERT/;

/** What is said of a request that got neither an answer nor an error, as where an answer switches to another protocol. */
export const unanswered = (): NotSent => new NotSent(failed);

const failed = 'The connection failed.';

export const reasonOf = (error: Error & { readonly code?: string }): NotSent =>
  error instanceof NotSent ? error : new NotSent(wordsOf(error), { cause: error });

const wordsOf = (error: Error & { readonly code?: string }): string => {
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `It did not answer within ${answerMilliseconds / 1_000} s.`;
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return 'The connection was refused.';
  if (isOurCertificate.test(code)) return `It does not accept the store’s client certificate: ${code}.`;
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code);
  return isCertificate ? `Its certificate is not valid: ${code}.` : failed;
};
