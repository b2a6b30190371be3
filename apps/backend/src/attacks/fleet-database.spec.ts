import { generateSigningKey, nextPoolEntry, signPoolEntry } from '@secret-store/sealing';
import { createNewcomer } from '@secret-store/sealing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { poolRecipients } from '../workers/pools/pool-recipients.ts';
import type { FleetFixture } from '../workers/testing/fleet-fixture.ts';
import { AttackedFleet } from './attacked-fleet.ts';
import { DatabaseWriter } from './database-writer.ts';

let attacked: AttackedFleet;
let fleet: FleetFixture;
let firstId: string;
let member: AttackedFleet['member'];

beforeEach(async () => {
  attacked = await AttackedFleet.create();
  ({ fleet, firstId, member } = attacked);
});
afterEach(() => attacked.close());

const another = () => attacked.another();
const revoke = () => attacked.revoke();

describe('an older database', () => {
  it('undoes no revocation: the next worker hands over what the log lacks', async () => {
    const putBack = await attacked.backUp();
    const stay = await createNewcomer();
    const token = await fleet.invite();
    await revoke();
    await fleet.letIn(stay, token);
    const log = await fleet.log();
    const restored = await putBack();
    const caller = restored.caller(member.newcomer.signer);
    expect((await restored.fleet(caller)).status).toBe(200);
    const { data } = await restored.fleet(restored.worker, { [firstId]: log.head.number });
    const held = (await restored.log()).head.number;
    expect([data.lacking, data.logs]).toEqual([{ [firstId]: held }, []]);
    const { founding, entries } = log;
    const given = { poolId: firstId, founding, from: held, entries: entries.slice(held) };
    expect((await restored.ask('appendLog', given)).data).toEqual({ number: log.head.number });
    expect((await restored.log()).head).toEqual(log.head);
    expect((await restored.fleet(caller)).code).toBe(2002);
    expect((await restored.fleet(restored.caller(stay.signer))).status).toBe(200);
    const row = await restored.backend.deps.ledger.read('worker', member.newcomer.workerId);
    expect(row?.revokedAt).not.toBeNull();
  });

  it('gets back a pool that was founded since, where its row is there', async () => {
    const poolId = await fleet.createPool('edge');
    const putBack = await attacked.backUp();
    const { token } = await fleet.foundPool(poolId, 'edge', { caller: member.caller });
    const newcomer = await createNewcomer();
    await fleet.joinAlone(poolId, newcomer, token);
    const { number, hash } = (await fleet.log(poolId)).head;
    await fleet.sign({ kind: 'admit', poolId, number, hash });
    await revoke();
    const [first, edge] = [await fleet.log(), await fleet.log(poolId)];
    const restored = await putBack();
    const held = { [firstId]: first.head.number, [poolId]: number };
    const { lacking } = (await restored.fleet(restored.worker, held)).data;
    expect(lacking[poolId]).toBe(0);
    for (const { poolId: id, founding, entries } of [first, edge]) {
      const given = { poolId: id, founding, from: lacking[id], entries: entries.slice(lacking[id]) };
      expect((await restored.ask('appendLog', given)).status).toBe(200);
    }
    expect((await restored.fleet(restored.caller(newcomer.signer))).status).toBe(200);
  });
});

describe('who writes the database', () => {
  const write = async (...statements: readonly string[]) => {
    const writer = await DatabaseWriter.connect(fleet.backend.databaseUrl);
    try {
      await writer.dropConstraints();
      for (const statement of statements) await writer.query(statement);
    } finally {
      await writer.close();
    }
  };
  const edge = async () => {
    const poolId = await fleet.createPool('edge');
    const { token } = await fleet.foundPool(poolId, 'edge');
    await fleet.joinAlone(poolId, await createNewcomer(), token);
    return poolId;
  };
  /** Whether a revoked worker is served, or a key is given to seal to, by the running backend and by one that starts then. */
  const gainsOf = async () => {
    const gained: string[] = [];
    for (const [name, start] of [
      ['running', () => fleet],
      ['started', another],
    ] as const) {
      const backend = await start();
      if ((await backend.fleet(backend.caller(member.newcomer.signer))).status === 200) gained.push(`${name}: served`);
      const recipients = await poolRecipients(backend.backend.deps, [firstId]).catch(() => []);
      const known = [...backend.poolKeys.map(({ keyId }) => keyId), backend.backend.deps.keys.root.recipient.keyId];
      if (recipients.some(({ keyId }) => !known.includes(keyId))) gained.push(`${name}: sealed to another key`);
    }
    return gained;
  };

  it.each([
    ['the tail is deleted', (head: number) => [`DELETE FROM pool_log_entry WHERE number >= ${head}`]],
    ['all is deleted', () => ['DELETE FROM pool_log_entry']],
    [
      'the revocation takes the place of the entry before',
      (head: number) => [
        `DELETE FROM pool_log_entry WHERE number = ${head - 1}`,
        `UPDATE pool_log_entry SET number = number - 1 WHERE number = ${head}`,
      ],
    ],
    [
      'its entries are those of another pool',
      (head: number) => [
        `UPDATE pool_log_entry SET envelope = (SELECT envelope FROM pool_log_entry WHERE "poolId" <> '${firstId}' LIMIT 1)
         WHERE number = ${head}`,
      ],
    ],
    ['the revocation is edited', () => [`UPDATE pool_log_entry SET envelope = '{}'`]],
    ['the row says nothing of it', () => ['UPDATE worker SET "revokedAt" = NULL']],
    ['the row is of another pool', () => [`UPDATE worker SET "poolId" = gen_random_uuid(), "revokedAt" = NULL`]],
    ['the row is deleted', () => ['DELETE FROM worker']],
    ['the pool has no row', () => ['SET session_replication_role = replica', 'DELETE FROM worker_pool']],
  ])('brings no revoked worker back: %s', async (_name, statements) => {
    await edge();
    await revoke();
    const { number } = (await fleet.log()).head;
    await write(...statements(number));
    expect(await gainsOf()).toEqual([]);
  });

  it('puts no fork in the place of the revocation, also with the key of the revoked worker', async () => {
    const before = await fleet.log();
    await revoke();
    const { publicKey } = await generateSigningKey();
    const invitation = { publicKey, uses: 1, expiresAt: '2040-01-01T00:00:00.000Z' };
    const fork = nextPoolEntry(before, { kind: 'invite', invitation }, member.caller.signer);
    await write(
      `UPDATE pool_log_entry SET envelope = '${JSON.stringify(fork)}' WHERE number = ${before.head.number + 1}`,
    );
    expect(await gainsOf()).toEqual([]);
    expect((await (await another()).fleet()).status).not.toBe(200);
  });

  it("puts no entry of the same words under a revoked worker's signature", async () => {
    const before = await fleet.log();
    const { publicKey } = await generateSigningKey();
    const action = {
      kind: 'invite',
      invitation: { publicKey, uses: 1, expiresAt: '2040-01-01T00:00:00.000Z' },
    } as const;
    await fleet.sign(action);
    await revoke();
    const words = { poolId: firstId, number: before.head.number + 1, previous: before.head.hash, action };
    const resigned = signPoolEntry(words, member.caller.signer);
    await write(`UPDATE pool_log_entry SET envelope = '${JSON.stringify(resigned)}' WHERE number = ${words.number}`);
    expect((await (await another()).fleet()).status).not.toBe(200);
  });

  it('adds no worker: not by a row, not by a request, not by an entry of its own', async () => {
    const intruder = await createNewcomer('intruder');
    const { workerId: id, signer } = intruder;
    const log = await fleet.log();
    const stranger = await generateSigningKey();
    const request = JSON.stringify(intruder.ask(firstId, stranger));
    const join = { kind: 'revoke', workerId: member.newcomer.workerId } as const;
    const entry = JSON.stringify(nextPoolEntry(log, join, signer));
    await write(
      `INSERT INTO worker (id, "poolId", "keyId") VALUES ('${id}', '${firstId}', '${signer.keyId}')`,
      `INSERT INTO join_request ("workerId", "poolId", request, marks) VALUES ('${id}', '${firstId}', '${request}', 'x')`,
      `INSERT INTO pool_log_entry ("poolId", number, envelope) VALUES ('${firstId}', ${log.head.number + 1}, '${entry}')`,
    );
    for (const backend of [fleet, await another()]) {
      expect((await backend.fleet(backend.caller(signer))).code).toBe(2000);
      expect((await backend.join('state', { workerId: id })).data).toMatchObject({ state: 'waiting' });
      expect((await backend.letIn(intruder, stranger)).code).toBe(2001);
      expect((await backend.fleet(backend.caller(member.newcomer.signer))).status).toBe(200);
    }
    // the rows that were planted give way to those of the store
    const token = await fleet.invite();
    expect((await fleet.letIn(intruder, token)).status).toBe(200);
    expect((await fleet.fleet(fleet.caller(signer))).status).toBe(200);
  });
});
