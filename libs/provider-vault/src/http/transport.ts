import http from 'node:http';
import https from 'node:https';
import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import type { TlsSettings } from '../configuration/parse-tls.ts';

/** A request as node-vault hands it to its transport. */
export interface TransportRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  /** undefined where it is not JSON */
  readonly body: unknown;
  /** the header, as it came */
  readonly retryAfter: string | undefined;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/** Half of the connections that the host lets a plugin have to one destination: beyond those it drops them. */
const maxConnections = 16;

/** What the requests of one provider share. Each has a connection of its own; some may have to wait for one. */
export interface Connections {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

export function openConnections(tls: TlsSettings): Connections {
  return {
    http: new http.Agent({ maxSockets: maxConnections }),
    https: new https.Agent({ ...tls, maxSockets: maxConnections, rejectUnauthorized: true }),
  };
}

/**
 * In the place of node-vault's transport, which follows redirects with the token, takes its proxy and its certificate
 * checks from the environment, and waits for ever.
 */
export async function sendRequest(request: TransportRequest, connections: Connections): Promise<TransportAnswer> {
  const url = new URL(request.uri);
  const [send, agent] = url.protocol === 'https:' ? [https.request, connections.https] : [http.request, connections.http];
  const body = request.json === undefined ? undefined : Buffer.from(JSON.stringify(request.json));
  const settings: https.RequestOptions = {
    method: request.method,
    headers: {
      ...request.headers,
      Accept: 'application/json',
      ...(body && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
    },
    agent,
    signal: request.signal,
  };

  try {
    return await new Promise<TransportAnswer>((resolve, reject) => {
      const sent = send(url, settings, (response) => {
        const status = response.statusCode ?? 0;
        const retryAfter = response.headers['retry-after'];
        readText(response).then((text) => resolve({ status, retryAfter, body: parseJson(text) }), reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  } catch (error) {
    if (error instanceof VaultProblemError) throw error;
    throw new VaultProblemError(request.signal.aborted ? 'timed-out' : connectionProblem(error));
  }
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    // A response without an encoding gives Buffers; Node types its chunks as any.
    const part: Buffer = chunk;
    bytes += part.length;
    if (bytes > maxAnswerBytes) {
      response.destroy();
      throw new VaultProblemError('unexpected-answer');
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Of OpenSSL's verification (https://nodejs.org/api/tls.html#x509-certificate-error-codes), of the check of the host
// name, and of the alerts by which a server refuses the client's certificate or its absence.
const certificateCodes = /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|ALERT_(UNKNOWN_CA|HANDSHAKE_FAILURE)/;

/** The error itself stays here: its text can hold an address. */
function connectionProblem(error: unknown): VaultProblem {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return certificateCodes.test(code) ? 'certificate' : 'unreachable';
}
