import { Agent, request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpClient {
  readonly call: (method: Method, path: string, body?: object) => Promise<HttpAnswer>;
  readonly close: () => void;
}

/** Keeps its connections, as many as it has requests under way. Costs the client less than `fetch` does. */
export const openHttpClient = (origin: string, headers: Readonly<Record<string, string>>): HttpClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const call: HttpClient['call'] = async (method, path, body) => {
    const payload = body === undefined ? null : JSON.stringify(body);
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${origin}${path}`, { agent, method, headers: headersOf(headers, payload) });
      sent.once('response', resolve).once('error', reject).end(payload);
    });
    return { status: message.statusCode ?? 0, headers: message.headers, body: await text(message) };
  };
  return { call, close: () => agent.destroy() };
};

const headersOf = (headers: Readonly<Record<string, string>>, payload: string | null): OutgoingHttpHeaders => ({
  ...headers,
  ...(payload !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
});
