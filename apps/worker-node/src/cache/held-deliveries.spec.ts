import { beforeEach, expect, test } from 'vitest';
import { HeldDeliveries } from './held-deliveries.ts';

let held: HeldDeliveries<{ readonly set: { readonly secrets: readonly number[] } }>;

beforeEach(() => {
  held = new HeldDeliveries({ secretsMaximum: 10 });
});

const algorithm = (name: string) => ({ owner: 'demo', name });
const delivery = (secrets: number) => ({ set: { secrets: Array.from({ length: secrets }, (_, index) => index) } });
const names = () => ['a', 'b', 'c'].filter((name) => held.find(algorithm(name)) !== null);

test('the last delivery of an algorithm is found under its name, and under no other', () => {
  held.keep(algorithm('a'), delivery(1));
  const last = delivery(2);
  held.keep(algorithm('a'), last);
  expect(held.find(algorithm('a'))).toBe(last);
  expect(held.find({ owner: 'demo/a', name: '' })).toBeNull();
});

test('those that were used last stay, as far as there is room for their secrets', () => {
  held.keep(algorithm('a'), delivery(3));
  held.keep(algorithm('b'), delivery(3));
  held.find(algorithm('a'));
  held.keep(algorithm('c'), delivery(3));
  expect(names()).toEqual(['a', 'c']);
  held.keep(algorithm('b'), delivery(100));
  expect(names()).toEqual([]);
});

test('what is dropped leaves its room', () => {
  held.keep(algorithm('a'), delivery(9));
  held.drop(algorithm('a'));
  held.keep(algorithm('b'), delivery(9));
  expect(names()).toEqual(['b']);
  held.clear();
  held.keep(algorithm('c'), delivery(9));
  expect(names()).toEqual(['c']);
});
