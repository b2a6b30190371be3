import { z } from 'zod';
import { auditActions } from '../../audit-actions.ts';
import { text, timestamp } from '../text.ts';
import { isOnThisMachine } from './this-machine.ts';

/** Many are a mistake, and each costs a request for each event. */
export const webhooksMaximum = 20;

const eventsMaximum = 100;
const actions = Object.keys(auditActions);

const isEvent = (event: string): boolean =>
  event === '*' ||
  actions.includes(event) ||
  (event.endsWith('.') && actions.some((action) => action.startsWith(event)));

const Event = text(1, 64).refine(isEvent, {
  error: 'must be an action of the audit such as secret.update, how actions begin such as secret., or *',
});

/** Null where events can be sent there. */
export const faultOfUrl = (value: string): string | null => {
  if (!URL.canParse(value)) return 'must be a whole address, such as https://hooks.example.com/secret-store';
  const url = new URL(value);
  const { protocol, username, password, hash } = url;
  if (protocol !== 'https:' && !(protocol === 'http:' && isOnThisMachine(url)))
    return 'must begin with https://, or with http:// on this machine';
  return username + password + hash === '' ? null : 'must have no user name, password or fragment';
};

const Url = text(1, 2_000).superRefine((value, context) => {
  const fault = faultOfUrl(value);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

export const WebhookEvents = z
  .array(Event)
  .min(1, 'must have one event or more')
  .max(eventsMaximum)
  .describe('actions of the audit such as `secret.update`, how actions begin such as `secret.`, or `*`');

/** What is known of the sending. */
export const SendingState = z.object({
  lastSent: timestamp.nullable().describe('when an event arrived last; null: none yet'),
  failingSince: timestamp.nullable().describe('null: the last try worked, or none was made'),
  failure: z.string().nullable().describe('why the last try failed'),
  nextTry: timestamp.nullable().describe('when a failing one is tried again'),
});
export type SendingState = z.infer<typeof SendingState>;

export const WebhookRequest = z
  .strictObject({
    url: Url.describe('each event is posted there; redirects are not followed'),
    events: WebhookEvents,
  })
  .meta({ id: 'WebhookRequest' });
export type WebhookRequest = z.infer<typeof WebhookRequest>;

export const CreatedWebhook = z
  .object({
    id: z.uuid(),
    key: z.string().describe('verifies the signature of each event (Standard Webhooks); shown this once'),
  })
  .meta({ id: 'CreatedWebhook' });
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

export const WebhookInfo = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(z.string()),
    created: timestamp,
    ...SendingState.shape,
  })
  .meta({ id: 'WebhookInfo' });
export type WebhookInfo = z.infer<typeof WebhookInfo>;

export const WebhookList = z.object({ results: z.array(WebhookInfo) }).meta({ id: 'WebhookList' });
export type WebhookList = z.infer<typeof WebhookList>;
