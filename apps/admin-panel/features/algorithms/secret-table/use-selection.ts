import { useState } from 'react';

/** Which of the secrets are ticked, on all pages. */
export const useSelection = <Item extends { readonly id: string }>(shown: readonly Item[]) => {
  const [held, setHeld] = useState<ReadonlyMap<string, Item>>(new Map());
  return {
    // as they are now, where they are in sight
    ticked: [...held.values()].map((item) => shown.find(({ id }) => id === item.id) ?? item),
    has: (id: string) => held.has(id),
    add: (items: readonly Item[]) =>
      setHeld((before) => new Map([...before, ...items.map((item) => [item.id, item] as const)])),
    drop: (ids: readonly string[]) => setHeld((before) => new Map([...before].filter(([id]) => !ids.includes(id)))),
    clear: () => setHeld(new Map()),
  };
};

export type Selection<Item extends { readonly id: string }> = ReturnType<typeof useSelection<Item>>;
