import { hostname } from 'node:os';
import type { AuditEvent } from '@secret-store/api';

/** Log audit. */
const facility = 13;
const severities = { done: 6, refused: 4 } as const;
/** The number that RFC 5612 gives for examples: this project has none of its own. */
const enterprise = 32_473;
/** What receivers should take (RFC 5424, section 6.1). */
const longestMessage = 8_192;

/** Printable ASCII without a space, or the sign for nothing. */
const word = (text: string, longest: number): string => text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';

const unprintable = /\p{Cc}/gu;
const parameter = (name: string, value: string | number | null): string =>
  value === null
    ? ''
    : ` ${name}="${String(value)
        .replaceAll(unprintable, '?')
        .replaceAll(/["\\\]]/g, '\\$&')}"`;

const structured = ({ sequence, id, action, actor, subject, outcome, address }: AuditEvent, hash: string): string =>
  [
    `[audit@${enterprise}`,
    ...[
      parameter('sequence', sequence),
      parameter('id', id),
      parameter('action', action),
      parameter('outcome', outcome),
    ],
    ...[parameter('actorType', actor.type), parameter('actorId', actor.id), parameter('actorName', actor.name)],
    ...[parameter('subjectType', subject.type), parameter('subjectId', subject.id)],
    ...[parameter('subjectName', subject.name), parameter('address', address), parameter('hash', hash), ']'],
  ].join('');

/** ASCII, so that no receiver has to know the encoding. */
const asciiJson = (json: unknown): string =>
  JSON.stringify(json).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** An event as a message of RFC 5424: what people search for as structured data, and all of it as JSON. */
export const syslogMessage = (event: AuditEvent, hash: string, host = hostname()): string => {
  const priority = facility * 8 + severities[event.outcome];
  const header = `<${priority}>1 ${event.at} ${word(host, 255)} secret-store - ${word(event.action, 32)}`;
  const start = `${header} ${structured(event, hash)} `;
  const whole = `${start}${asciiJson(event)}`;
  if (Buffer.byteLength(whole) <= longestMessage) return whole;
  return `${start}${asciiJson({ ...event, details: { omitted: 'too long for syslog: see the audit' } })}`;
};

/** As RFC 5425 puts messages one after the other: each with its length in bytes before it. */
export const framed = (messages: readonly string[]): Buffer =>
  Buffer.concat(messages.flatMap((message) => [Buffer.from(`${Buffer.byteLength(message)} `), Buffer.from(message)]));
