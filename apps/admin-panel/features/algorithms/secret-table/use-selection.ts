import { useState } from 'react';

/** Which of the secrets are ticked, by id; of those that are there. */
export const useSelection = <Item extends { readonly id: string }>(items: readonly Item[]) => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const set = (changed: readonly string[], isTicked: boolean) => {
    const next = new Set(ids);
    for (const id of changed) {
      if (isTicked) next.add(id);
      else next.delete(id);
    }
    setIds(next);
  };
  return {
    ticked: items.filter(({ id }) => ids.has(id)),
    has: (id: string) => ids.has(id),
    set,
    clear: () => setIds(new Set()),
  };
};

export type Selection<Item extends { readonly id: string }> = ReturnType<typeof useSelection<Item>>;
