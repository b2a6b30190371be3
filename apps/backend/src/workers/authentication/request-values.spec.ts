import { createKeyRing, parseKeyRing } from '@secret-store/sealing';
import { beforeEach, describe, expect, it } from 'vitest';
import { RequestValues } from './request-values.ts';

const ring = parseKeyRing(createKeyRing());
const keyId = 'a'.repeat(43);
const run = { run: 7, instance: 'an-instance' };
const hour = 3_600_000;
let now: number;
let uptime: number;
let values: RequestValues;

beforeEach(() => {
  now = Date.parse('2026-01-02T03:04:05.678Z');
  uptime = hour;
  values = new RequestValues(ring, { now: () => now, uptime: () => uptime });
});

describe('a value', () => {
  it('is good for a minute, with the run that the worker had when it was given', () => {
    const value = values.give(keyId, run);
    now += 60_000;
    expect(values.read(keyId, value)).toEqual(run);
    now += 1;
    expect(values.read(keyId, value)).toBeNull();
  });

  it('before the first run says so', () => {
    expect(values.read(keyId, values.give(keyId, { run: 0, instance: '' }))).toEqual({ run: 0, instance: '' });
  });

  it('of a backend whose clock is a minute ahead is good, and of one that is further ahead is not', () => {
    const ahead = (milliseconds: number) =>
      new RequestValues(ring, { now: () => now + milliseconds, uptime: () => uptime }).give(keyId, run);
    expect(values.read(keyId, ahead(60_000))).toEqual(run);
    expect(values.read(keyId, ahead(60_001))).toBeNull();
  });

  it.each([hour, -hour])('is outdated when the clock is set by %i ms, and the next one is good', (shift) => {
    const value = values.give(keyId, run);
    now += shift;
    expect(values.read(keyId, value)).toBeNull();
    expect(values.read(keyId, values.give(keyId, run))).toEqual(run);
  });

  it('is outdated when it is older than the process, which has not seen what was signed over it', () => {
    const value = values.give(keyId, run);
    now += 5_000;
    uptime = 4_999;
    expect(values.read(keyId, value)).toBeNull();
    uptime = 5_000;
    expect(values.read(keyId, value)).toEqual(run);
  });

  it('is of one worker and of one store', () => {
    const value = values.give(keyId, run);
    expect(values.read('b'.repeat(43), value)).toBeNull();
    const other = new RequestValues(parseKeyRing(createKeyRing()), { now: () => now, uptime: () => uptime });
    expect(other.read(keyId, value)).toBeNull();
  });

  it('cannot be made or changed by anybody else', () => {
    const value = values.give(keyId, run);
    const [time = '', number = '', instance = '', mac = ''] = value.split('.');
    for (const forged of [
      `${Number(time) + 1}.${number}.${instance}.${mac}`,
      `${time}.8.${instance}.${mac}`,
      `${time}.${number}.other.${mac}`,
      `${time}.${number}.${instance}.`,
      `${time}.${number}.${instance}.${mac.slice(0, -2)}`,
      `${time}.${number}.${instance}.${'A'.repeat(mac.length)}`,
      `${time}.${number}.${mac}`,
      'none',
      '',
      '...',
    ])
      expect(values.read(keyId, forged)).toBeNull();
  });
});
