import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import { describeError } from '../../describe-error.ts';
import type { ChainRow } from '../../ledger/chain/read-chain.ts';
import { repeatEvery, type Repetition } from '../../repeat-every.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { deliveryTo } from './delivery.ts';
import { TooLarge } from './post-outside.ts';
import { NotSent, type Reach } from '../../outgoing/reach-outside.ts';
import { vouchedEvents } from './vouched-events.ts';

const pauseMilliseconds = 1_000;
/** A backend that dies while it sends is replaced after this. */
const leaseSeconds = 30;
/** One turn of one webhook, well within its lease. */
const turnMilliseconds = 15_000;
const firstPauseSeconds = 5;
const longestPauseSeconds = 3_600;

export type SendingDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>;

/** Sends what happens to the webhooks and to the sinks of the audit, from now on. What hangs is left when it stops, and is sent again later. */
export const startWebhooks = (deps: SendingDependencies): Repetition => {
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const begin = async (): Promise<void> => {
    for (const turn of await beginDue(deps, { signal: stopping.signal })) {
      underWay.add(turn);
      void turn.finally(() => underWay.delete(turn));
    }
  };
  const repetition = repeatEvery(pauseMilliseconds, begin, (error) =>
    deps.log.warn({ cause: describeError(error) }, 'webhooks were not read and will be tried again'),
  );
  return {
    stop: async () => {
      stopping.abort();
      await repetition.stop();
      await Promise.all(underWay);
    },
  };
};

interface Due {
  readonly id: string;
  readonly sentUpTo: string;
  readonly failures: number;
}

/** Taken for a while, so that two backends do not send the same. */
const claim = `UPDATE webhook SET "nextTryAt" = now() + interval '${leaseSeconds} seconds'
  WHERE "nextTryAt" <= now() AND "sentUpTo" < $1 RETURNING id, "sentUpTo", failures`;

/** Begins to send to those that are due, each by itself: one that hangs holds back no other. */
const beginDue = async (deps: SendingDependencies, options: Reach): Promise<readonly Promise<void>[]> => {
  const { sequence } = deps.ledger.chain.head;
  const due = await rowsOf<Due>(deps.db.side, { text: claim, values: [sequence] });
  return due.map((one) =>
    sendTo(deps, one, options).catch((error: unknown) =>
      deps.log.warn({ webhookId: one.id, cause: describeError(error) }, 'what was sent to a webhook was not noted'),
    ),
  );
};

/** Sends to those that are due, and waits for them. */
export const sendDue = async (deps: SendingDependencies, options: Reach = {}): Promise<void> => {
  await Promise.all(await beginDue(deps, options));
};

/** The head that this backend has seen is later, and yet no signed head covers what follows. */
const changedOutside = (place: number): string =>
  `The audit was changed outside the store after event ${place}. Run tools/secret-store verify-audit.`;

const sendTo = async (deps: SendingDependencies, { id, sentUpTo, failures }: Due, options: Reach) => {
  const until = Date.now() + turnMilliseconds;
  let place = Number(sentUpTo);
  let sent = 0;
  try {
    const webhook = await deps.ledger.read('webhook', id);
    if (webhook === null) return;
    const events = await vouchedEvents(deps.db.side, deps.keys.verificationKey, place);
    if (events.length === 0) throw new NotSent(changedOutside(place));
    const delivery = deliveryTo(deps, webhook, options);
    let rest = events;
    let { atOnce } = delivery;
    while (rest.length > 0 && Date.now() < until) {
      const { batch, passed, following } = nextBatch(webhook, rest, atOnce);
      try {
        if (batch.length > 0) await delivery.deliver(batch);
      } catch (error) {
        if (!(error instanceof TooLarge) || batch.length === 1) throw error;
        atOnce = Math.ceil(batch.length / 2);
        continue;
      }
      sent += batch.length;
      place = passed;
      rest = following;
    }
    await note(deps, id, { place, sent, pauseSeconds: 0 });
  } catch (error) {
    // the backend stops: the claim ends by itself, and nothing failed
    if (options.signal?.aborted === true) return;
    if (!(error instanceof NotSent))
      deps.log.warn({ webhookId: id, cause: describeError(error) }, 'a webhook could not be sent');
    const reason = error instanceof NotSent ? error.message : 'The store could not send it. Its log says why.';
    await note(deps, id, { place, sent, pauseSeconds: pauseAfter(sent > 0 ? 0 : failures), reason });
  }
};

const wants = ({ events }: Pick<Rows['webhook'], 'events'>, action: string): boolean =>
  events.some((event) => event === '*' || event === action || (event.endsWith('.') && action.startsWith(event)));

/** The next events that go together, with those between them that are not asked for. */
const nextBatch = (webhook: Rows['webhook'], rest: readonly ChainRow[], atOnce: number) => {
  const batch: ChainRow[] = [];
  let count = 0;
  for (const event of rest) {
    const isWanted = wants(webhook, event.action);
    if (isWanted && batch.length === atOnce) break;
    if (isWanted) batch.push(event);
    count += 1;
  }
  return { batch, passed: Number(rest[count - 1]?.sequence), following: rest.slice(count) };
};

/** Twice as long each time, up to an hour, and never all at once. */
const pauseAfter = (failures: number): number =>
  Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** Math.min(failures, 20)) * (0.75 + Math.random() / 2);

interface Turn {
  readonly place: number;
  readonly sent: number;
  readonly pauseSeconds: number;
  /** of a failure */
  readonly reason?: string;
}

const noted = `UPDATE webhook SET "sentUpTo" = greatest("sentUpTo", $2), "nextTryAt" = now() + make_interval(secs => $3),
    failures = CASE WHEN $4::text IS NULL THEN 0 WHEN $5 > 0 THEN 1 ELSE failures + 1 END,
    "failingSince" = CASE WHEN $4::text IS NULL THEN NULL WHEN $5 > 0 THEN now() ELSE coalesce("failingSince", now()) END,
    failure = $4, "lastSentAt" = CASE WHEN $5 > 0 THEN now() ELSE "lastSentAt" END
  WHERE id = $1`;

const note = ({ db }: SendingDependencies, id: string, { place, sent, pauseSeconds, reason }: Turn) =>
  db.side.query({ name: 'webhook-turn', text: noted, values: [id, place, pauseSeconds, reason ?? null, sent] });
