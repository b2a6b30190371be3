import { z } from 'zod';
import { text, timestamp } from '../text.ts';
import { faultOfUrl, SendingState, WebhookEvents } from './webhook.ts';

/** Many are a mistake: each gets every event. */
export const auditSinksMaximum = 10;

export const AuditSinkFormat = z.enum(['syslog', 'json-lines']);
export type AuditSinkFormat = z.infer<typeof AuditSinkFormat>;

const syslogAddress = /^tls:\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/;

/** Null where messages can be sent there. */
const faultOfSyslog = (url: string): string | null =>
  syslogAddress.test(url) && URL.canParse(url) ? null : 'must be an address such as tls://logs.example.com:6514';

const certificates = text(0, 100_000).optional();

export const AuditSinkRequest = z
  .strictObject({
    format: AuditSinkFormat.describe(
      '`syslog`: RFC 5424 over TLS; `json-lines`: signed requests with up to 100 events',
    ),
    url: text(1, 2_000).describe(
      '`tls://HOST:PORT` (6514 where it is not given) for syslog, `https://…` for JSON lines',
    ),
    events: WebhookEvents.default(['*']),
    trustedCertificates: certificates.describe(
      'certificates in PEM: its authority, where the system does not know it, in place of those that it knows',
    ),
    clientCertificate: certificates.describe('the certificate in PEM, with its chain, that the store shows'),
    clientKey: certificates.describe('its private key in PEM, without a passphrase; never shown again'),
  })
  .superRefine(({ format, url }, context) => {
    const fault = format === 'syslog' ? faultOfSyslog(url) : faultOfUrl(url);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault, path: ['url'] });
  })
  .meta({ id: 'AuditSinkRequest' });
export type AuditSinkRequest = z.infer<typeof AuditSinkRequest>;

export const CreatedAuditSink = z
  .object({
    id: z.uuid(),
    key: z
      .string()
      .nullable()
      .describe('verifies the signature of each request (Standard Webhooks); shown this once; null for syslog'),
  })
  .meta({ id: 'CreatedAuditSink' });
export type CreatedAuditSink = z.infer<typeof CreatedAuditSink>;

export const AuditSinkInfo = z
  .object({
    id: z.uuid(),
    format: AuditSinkFormat,
    url: z.string(),
    events: z.array(z.string()),
    created: timestamp,
    trustsOwnCertificates: z.boolean().describe('its certificate is checked with given ones, not the system’s'),
    certificateExpires: timestamp.nullable().describe('of the certificate that the store shows; null: it shows none'),
    waiting: z.int().min(0).describe('events that are not sent yet; they are kept in the audit'),
    ...SendingState.shape,
  })
  .meta({ id: 'AuditSinkInfo' });
export type AuditSinkInfo = z.infer<typeof AuditSinkInfo>;

export const AuditSinkList = z.object({ results: z.array(AuditSinkInfo) }).meta({ id: 'AuditSinkList' });
export type AuditSinkList = z.infer<typeof AuditSinkList>;
