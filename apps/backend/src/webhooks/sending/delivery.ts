import { createHash } from 'node:crypto';
import { AuditOutcome } from '@secret-store/api';
import { exportedEvent } from '../../audit/exported-event.ts';
import { describeEvent } from '../../audit/stored-event.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { ChainRow } from '../../ledger/chain/read-chain.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { sinkCertificates } from '../sinks/sink-certificates.ts';
import { syslogPlace } from '../sinks/syslog-place.ts';
import { webhookKey } from '../webhook-key.ts';
import { postOutside } from './post-outside.ts';
import type { Reach } from '../../outgoing/reach-outside.ts';
import { signedHeaders } from './sign-message.ts';
import { framed, syslogMessage } from './syslog-message.ts';
import { writeOutside } from './write-outside.ts';

/** How events get to one receiver. */
export interface Delivery {
  /** as many go together */
  readonly atOnce: number;
  /** @throws {NotSent} */
  readonly deliver: (events: readonly ChainRow[]) => Promise<void>;
}

type Deps = Pick<Dependencies, 'keys'>;

export const deliveryTo = (deps: Deps, receiver: Rows['webhook'], reach: Reach): Delivery => {
  switch (receiver.format) {
    case null:
      return { atOnce: 1, deliver: (events) => postEvent(deps, receiver, events, reach) };
    case 'json-lines':
      return { atOnce: 100, deliver: (events) => postLines(deps, receiver, events, reach) };
    case 'syslog':
      return { atOnce: 1_000, deliver: (events) => writeMessages(deps, receiver, events, reach) };
    default:
      throw new Error(`there is no way to send ${receiver.format}`);
  }
};

const eventOf = ({ sequence, outcome, details, ...row }: ChainRow) =>
  describeEvent({
    ...row,
    ...{ sequence: Number(sequence), outcome: AuditOutcome.parse(outcome) },
    // an object, as every event of the chain has
    details: details as Record<string, unknown>,
  });

const signed = (deps: Deps, receiver: Rows['webhook'], id: string, body: string): Record<string, string> => {
  const timestamp = Math.floor(Date.now() / 1_000);
  return signedHeaders(webhookKey(deps, receiver), { id, timestamp, body });
};

/** A webhook gets each event by itself. */
const postEvent = async (deps: Deps, webhook: Rows['webhook'], events: readonly ChainRow[], reach: Reach) => {
  for (const event of events) {
    const body = JSON.stringify({ type: event.action, timestamp: event.at.toISOString(), data: eventOf(event) });
    const headers = { ...signed(deps, webhook, event.id, body), 'content-type': 'application/json' };
    await postOutside({ url: webhook.url, headers, body, ...reach });
  }
};

/** The same lines have the same id. After a restore, other events of the same sequence have another. */
const idOf = (body: string): string => createHash('sha256').update(body).digest('base64url').slice(0, 22);

const postLines = async (deps: Deps, sink: Rows['webhook'], events: readonly ChainRow[], reach: Reach) => {
  const body = events.map((event) => `${JSON.stringify(exportedEvent(eventOf(event), event))}\n`).join('');
  const headers = { ...signed(deps, sink, idOf(body), body), 'content-type': 'application/x-ndjson' };
  await postOutside({ url: sink.url, headers, body, certificates: sinkCertificates(deps, sink), ...reach });
};

const writeMessages = async (deps: Deps, sink: Rows['webhook'], events: readonly ChainRow[], reach: Reach) => {
  const bytes = framed(events.map((event) => syslogMessage(eventOf(event), event.hash)));
  await writeOutside({ ...syslogPlace(sink.url), bytes, certificates: sinkCertificates(deps, sink), ...reach });
};
