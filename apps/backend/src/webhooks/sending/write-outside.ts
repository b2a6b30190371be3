import { addAbortSignal } from 'node:stream';
import { connect } from 'node:tls';
import { type Certificates, endOf, NotSent, pinnedLookup, type Reach, reasonOf } from '../../outgoing/reach-outside.ts';

export interface Write extends Reach {
  readonly host: string;
  readonly port: number;
  readonly bytes: Buffer;
  readonly certificates: Certificates;
}

/**
 * A receiver that is full, or that refuses the certificate, hangs up at once. In TLS 1.3 that is after the handshake, and looks
 * like an end in peace: so the store leaves the connection open for this long, and what is closed within has taken nothing.
 */
const openMilliseconds = 1_000;

/**
 * Writes over TLS, closes, and waits until the receiver has closed too: it does so when it has read everything. Syslog has no
 * other acknowledgement.
 * @throws {NotSent}
 */
export const writeOutside = async ({ host, port, bytes, certificates, ...reach }: Write): Promise<void> => {
  const signal = endOf(reach);
  const lookup = await pinnedLookup(host, { ...reach, signal });
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port, lookup, ...certificates });
    let open: NodeJS.Timeout | undefined;
    let isClosing = false;
    addAbortSignal(signal, socket);
    socket.on('error', (error: Error) => reject(reasonOf(error)));
    socket.once('secureConnect', () =>
      socket.write(bytes, () => {
        open = setTimeout(() => {
          isClosing = true;
          socket.end();
        }, openMilliseconds);
      }),
    );
    socket.once('end', () => {
      if (!isClosing) socket.destroy(new NotSent('It closed the connection before it had taken the events.'));
    });
    socket.once('close', () => {
      clearTimeout(open);
      resolve();
    });
    socket.resume();
  });
};
