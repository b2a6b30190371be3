import { createHmac } from 'node:crypto';

export interface Message {
  /** the same for each try, so that a receiver knows an event that it has */
  readonly id: string;
  /** Unix time in seconds */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0.0: HMAC-SHA256 over id, timestamp and body. */
export const signedHeaders = (key: Uint8Array, { id, timestamp, body }: Message): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
});
