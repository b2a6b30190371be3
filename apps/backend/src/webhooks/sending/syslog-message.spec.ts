import type { AuditEvent } from '@secret-store/api';
import { expect, it } from 'vitest';
import { framed, syslogMessage } from './syslog-message.ts';

const event: AuditEvent = {
  ...{ sequence: 812, id: '01a21e75-e79b-7341-9972-f4af1674a358', at: '2026-11-27T10:30:00.000Z' },
  actor: { type: 'user', id: 'u1', name: 'maria' },
  action: 'secret.update',
  subject: { type: 'secret', id: 's1', name: 'STRIPE_KEY' },
  ...{ outcome: 'done', address: '192.0.2.1', details: { fields: ['secret_value'] } },
};
const hash = 'ab'.repeat(32);

it('is a message of RFC 5424: facility log audit, structured data, and the whole event as JSON', () => {
  expect(syslogMessage(event, hash, 'store-1.example.com')).toBe(
    '<110>1 2026-11-27T10:30:00.000Z store-1.example.com secret-store - secret.update [audit@32473 sequence="812" ' +
      'id="01a21e75-e79b-7341-9972-f4af1674a358" action="secret.update" outcome="done" actorType="user" actorId="u1" ' +
      'actorName="maria" subjectType="secret" subjectId="s1" subjectName="STRIPE_KEY" address="192.0.2.1" ' +
      `hash="${hash}"] ${JSON.stringify(event)}`,
  );
  expect(syslogMessage({ ...event, outcome: 'refused', address: null }, hash, 'ü ')).toMatch(
    /^<108>1 \S+ - secret-store(?!.* address=)/,
  );
});

it('holds nothing that a name could break out with', () => {
  const name = 'x"] forged\\\n<13>1 - é';
  const message = syslogMessage({ ...event, subject: { ...event.subject, name } }, hash, 'h');
  expect(message).toContain(' subjectName="x\\"\\] forged\\\\?<13>1 - é" ');
  const json = message.slice(message.indexOf('] {') + 2);
  expect(json).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(json)).toMatchObject({ subject: { name } });
});

it('keeps to the size that receivers should take, and says what was left out', () => {
  const message = syslogMessage({ ...event, details: { names: 'n'.repeat(9_000) } }, hash, 'h');
  expect(Buffer.byteLength(message)).toBeLessThan(2_000);
  expect(message).toContain('"details":{"omitted":"too long for syslog: see the audit"}');
});

it('goes after its length in bytes', () => {
  expect(framed(['abc', 'é']).toString()).toBe('3 abc2 é');
});
